import { NOTHING, type Sources, sourceOf } from './sources.ts';

/** A column of a relation, and what it is made of. */
export interface LineageColumn {
  /** In lower case, as SQL compares names. */
  readonly name: string;
  readonly sources: Sources;
  /** As it is written, where it is one. */
  readonly literal?: string;
}

/** What a query, a step or a table gives to whoever reads it. */
export interface Relation {
  /** In order; a name can occur twice, but then nobody can refer to it. */
  readonly columns: readonly LineageColumn[];
  /** The tables whose rows its rows are made of. */
  readonly rows: ReadonlySet<string>;
  /** What decides, by `where` and `having`, which of them there are; which days they are of is told by windows, not here. */
  readonly filters: Sources;
  /** Every table that its text reads, also where it only filters. */
  readonly reads: ReadonlySet<string>;
}

/** What a relation that reads no table has besides its columns. */
export const NO_ROWS: Omit<Relation, 'columns'> = { rows: new Set(), filters: NOTHING, reads: new Set() };

/** A relation by its name in SQL; undefined if there is none. */
export type FindRelation = (name: string) => Relation | undefined;

/** A table as the models that read it see it. */
export function tableRelation(table: string, columns: readonly string[]): Relation {
  return {
    columns: columns.map((column) => ({ name: column, sources: sourceOf({ table, column, how: 'value' }) })),
    rows: new Set([table]),
    filters: NOTHING,
    reads: new Set([table]),
  };
}

/** The same rows with other names for the first columns. */
export function renamed(relation: Relation, names: readonly string[]): Relation {
  return { ...relation, columns: relation.columns.map((column, i) => ({ ...column, name: names[i] ?? column.name })) };
}

/** A relation without rows of any table: `values`, or a query without `from`. */
export function ofNoTable(names: readonly string[]): Relation {
  return { columns: names.map((name) => ({ name, sources: NOTHING })), ...NO_ROWS };
}
