import { join } from 'node:path';
import { loadProject } from '../../adapters/local/project-files.ts';
import type { Column } from '../../core/model/column.ts';
import type { Model, Output } from '../../core/model/model.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The project itself: every contract and every model of sql/gold, found by listing the folders. */
export const PROJECT = await loadProject({ contracts: join(ROOT, 'contracts'), sql: join(ROOT, 'sql') });

export const PRELUDE = PROJECT.prelude;

/** Every model of sql/gold, by the name of its file, each after those it reads. */
export const GOLD: ReadonlyMap<string, Model> = new Map(
  PROJECT.models
    .filter(({ name }) => name.startsWith('gold.'))
    .map((model) => [model.name.slice('gold.'.length), model]),
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
  const found = PROJECT.tables.get(table);
  if (!found) throw new Error(`There is no table ${table}.`);
  return [...found.output.columns, DT];
}
