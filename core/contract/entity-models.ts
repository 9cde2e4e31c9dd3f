import type { Model } from '../model/model.ts';
import { asofModel } from './asof-model.ts';
import type { Contract } from './contract.ts';
import { keysModel } from './keys-model.ts';
import { silverModel } from './silver-model.ts';

/**
 * Every model that a contract gives: its silver table and, where duplicates are looked for across days, its keys before, and
 * of a dimension its rows as of each day after it.
 */
export function entityModels(contract: Contract, prelude: string): readonly Model[] {
  return [
    ...(contract.withinDays === undefined ? [] : [keysModel(contract, prelude)]),
    silverModel(contract, prelude),
    ...(contract.history === undefined ? [] : [asofModel(contract, prelude)]),
  ];
}
