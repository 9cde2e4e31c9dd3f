import { readdirSync, readFileSync } from 'node:fs';
import interactions from '../../contracts/interactions.ts';
import transactions from '../../contracts/transactions.ts';
import { silverColumns } from '../../core/contract/silver-model.ts';
import type { Column } from '../../core/model/column.ts';
import { goldModel } from '../../core/model/gold-model.ts';
import type { Model, Output } from '../../core/model/model.ts';

const ROOT = new URL('../../', import.meta.url);

export const PRELUDE = readFileSync(new URL('sql/prelude.sql', ROOT), 'utf8');

/** Every model of sql/gold, by name. */
export const GOLD: ReadonlyMap<string, Model> = new Map(
  readdirSync(new URL('sql/gold/', ROOT)).map((name) => {
    const file = `sql/gold/${name}`;
    const model = goldModel(file, readFileSync(new URL(file, ROOT), 'utf8'), PRELUDE);
    return [model.name, model];
  }),
);

export function goldNamed(name: string): Model {
  const model = GOLD.get(name);
  if (!model) throw new Error(`There is no sql/gold/${name}.sql.`);
  return model;
}

/** A gold model writes one table. */
export function outputOf(model: Model): Output {
  return model.outputs[0]!;
}

const DT: Column = { name: 'dt', type: 'varchar', meaning: 'Partition.' };

/** The columns of a table that gold reads or writes, `dt` last. */
export function columnsOf(table: string): readonly Column[] {
  if (table === 'silver.interactions') return [...silverColumns(interactions), DT];
  if (table === 'silver.transactions') return [...silverColumns(transactions), DT];
  return [...outputOf(goldNamed(table.replace('gold.', ''))).columns, DT];
}
