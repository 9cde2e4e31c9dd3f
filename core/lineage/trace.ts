import { formatWindow } from '../model/window.ts';
import { isGiven } from './model-lineage.ts';
import type { Origin } from './origin.ts';
import type { ProjectLineage } from './project-lineage.ts';
import { UnresolvedError } from './unresolved-error.ts';

export type Direction = 'up' | 'down';

/** A table or column, and what it comes from (`up`) or what depends on it (`down`). */
export interface Trace {
  readonly table: string;
  readonly column?: string;
  /** The days that are read, relative to each day of the reader. */
  readonly window?: string;
  /** How the column is part of the other one; `rows`: its rows are counted. */
  readonly how?: 'value' | 'condition' | 'rows';
  /** What there is to know: that the SQL cannot be followed, or reads something else than declared. */
  readonly note?: string;
  /** It stands further up with all that belongs below it. */
  readonly repeated?: true;
  readonly next: readonly Trace[];
}

/** Where a table comes from, or which tables read it, all the way. */
export function traceTable(lineage: ProjectLineage, table: string, direction: Direction): Trace {
  const seen = new Set<string>();
  const visit = (about: Omit<Trace, 'next'>): Trace => {
    const steps = () => (direction === 'up' ? tablesRead(lineage, about.table) : tablesReading(lineage, about.table));
    return follow(about, about.table, seen, steps, visit);
  };
  return visit({ table });
}

/** What a column is computed from, or which columns are computed from it, all the way. */
export function traceColumn(lineage: ProjectLineage, table: string, column: string, direction: Direction): Trace {
  const seen = new Set<string>();
  const visit = (about: Omit<Trace, 'next'>): Trace => {
    if (about.column === undefined) return { ...about, next: [] };
    const at = { table: about.table, column: about.column };
    const steps = () => (direction === 'up' ? columnsUsed(lineage, at) : columnsUsing(lineage, at));
    return follow(about, `${at.table}.${at.column}`, seen, steps, visit);
  };
  return visit({ table, column });
}

function follow(
  about: Omit<Trace, 'next'>,
  key: string,
  seen: Set<string>,
  steps: () => Omit<Trace, 'next'>[],
  visit: (about: Omit<Trace, 'next'>) => Trace,
): Trace {
  try {
    const found = steps();
    if (found.length > 0 && seen.has(key)) return { ...about, repeated: true, next: [] };
    seen.add(key);
    return { ...about, next: found.map(visit) };
  } catch (error) {
    if (!(error instanceof UnresolvedError)) throw error;
    return { ...about, note: `not resolved: ${error.message}`, next: [] };
  }
}

function tablesRead(lineage: ProjectLineage, of: string): Omit<Trace, 'next'>[] {
  return lineage.reads(of).map(({ table, input, used }) => ({
    table,
    ...(input ? { window: formatWindow(input.window) } : { note: 'read by the SQL, but not declared' }),
    ...(used ? {} : { note: 'declared, but not read by the SQL' }),
  }));
}

function tablesReading(lineage: ProjectLineage, of: string): Omit<Trace, 'next'>[] {
  return lineage.readers(of).map(({ output, input }) => ({ table: output.table, window: formatWindow(input.window) }));
}

interface At {
  readonly table: string;
  readonly column: string;
}

function columnsUsed(lineage: ProjectLineage, { table, column }: At): Omit<Trace, 'next'>[] {
  return isGiven(table) ? [] : lineage.origins(table, column).map((origin) => ({ ...origin, how: howOf(origin) }));
}

/** Outputs that cannot be followed are told, not left out. */
function columnsUsing(lineage: ProjectLineage, at: At): Omit<Trace, 'next'>[] {
  return lineage.readers(at.table).flatMap(({ output: { table } }): Omit<Trace, 'next'>[] => {
    try {
      return lineage.columns(table).flatMap((column) => {
        const uses = lineage
          .origins(table, column)
          .find((each) => each.table === at.table && each.column === at.column);
        return uses ? [{ table, column, how: uses.how }] : [];
      });
    } catch (error) {
      if (!(error instanceof UnresolvedError)) throw error;
      return [{ table, note: `not resolved: ${error.message}` }];
    }
  });
}

function howOf(origin: Origin): NonNullable<Trace['how']> {
  return origin.column === undefined && origin.how === 'value' && !isGiven(origin.table) ? 'rows' : origin.how;
}
