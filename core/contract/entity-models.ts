import type { Model } from '../model/model.ts';
import type { Contract } from './contract.ts';
import { keysModel } from './keys-model.ts';
import { silverModel } from './silver-model.ts';

/** Every model that a contract gives: its silver table and, where duplicates are looked for across days, its keys. */
export function entityModels(contract: Contract, prelude: string): readonly Model[] {
  const silver = silverModel(contract, prelude);
  return contract.withinDays === undefined ? [silver] : [keysModel(contract, prelude), silver];
}
