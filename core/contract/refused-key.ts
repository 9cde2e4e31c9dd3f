import type { Column } from '../model/column.ts';
import type { Contract } from './contract.ts';
import { historyKey } from './history.ts';
import { QUARANTINE_COLUMNS } from './quarantine-columns.ts';

/** The column of a quarantine that has a field of the key. */
export function refusedKey(name: string): string {
  return `key_${name}`;
}

/**
 * The columns of an entity's quarantine: those of every quarantine, and of snapshots the key, which says what a snapshot does
 * not lack although it has no sound row of it.
 */
export function quarantineColumns(contract: Contract): readonly Column[] {
  return [
    ...QUARANTINE_COLUMNS,
    ...keyOf(contract).map((name) => ({
      name: refusedKey(name),
      type: contract.fields[name]!.type,
      meaning: `\`${name}\`, if the record could be read and nothing is wrong with it.`,
    })),
  ];
}

/** The selects of these columns from `checked`. */
export function refusedKeySql(contract: Contract): readonly string[] {
  return keyOf(contract).map(
    (name) => `case when not regexp_like(reasons, '(^|,)${name}:') then ${name} end as ${refusedKey(name)}`,
  );
}

function keyOf(contract: Contract): readonly string[] {
  return contract.history === 'snapshot' ? historyKey(contract) : [];
}
