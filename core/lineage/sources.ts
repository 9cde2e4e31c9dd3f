/**
 * What a column is made of. `value`: it flows into the result; `condition`: it decides which value that is, or in what order
 * (a branch of `case`, a window, a filter of an aggregate).
 */
export interface Source {
  /** Full name of the table, or `targets`, `input_days` or `pseudonym_key`, which a build is given. */
  readonly table: string;
  /** Absent: the number of rows counts, whatever is in them. */
  readonly column?: string;
  /** Path of a member of the JSON that the column holds, such as `$.data.price`. */
  readonly path?: string;
  readonly how: 'value' | 'condition';
}

/** Each source once, by what it is. */
export type Sources = ReadonlyMap<string, Source>;

export const NOTHING: Sources = new Map();

export function sourceOf(source: Source): Sources {
  return new Map([[keyOf(source), source]]);
}

/** What is a value in one of them is a value. */
export function union(all: Iterable<Sources>): Sources {
  const result = new Map<string, Source>();
  for (const sources of all) {
    for (const [key, source] of sources) {
      if (result.get(key)?.how !== 'value') result.set(key, source);
    }
  }
  return result;
}

/** The same, as what only decides. */
export function asCondition(sources: Sources): Sources {
  return new Map([...sources].map(([key, source]) => [key, { ...source, how: 'condition' }]));
}

/** The same, as what the result is made of. */
export function asValue(sources: Sources): Sources {
  return new Map([...sources].map(([key, source]) => [key, { ...source, how: 'value' }]));
}

/** A member of JSON read from these sources: of each that is a column whose value flows in, that member only. */
export function memberOf(sources: Sources, path: string): Sources {
  return union(
    [...sources.values()].map((source) =>
      sourceOf(
        source.how === 'value' && source.column !== undefined && source.path === undefined
          ? { ...source, path }
          : source,
      ),
    ),
  );
}

function keyOf({ table, column = '', path = '' }: Source): string {
  return `${table} ${column} ${path}`;
}
