import type { Source } from './sources.ts';

/** A column that another one is made of, as people name it: a member of a bronze payload is `payload.<field>`. */
export interface Origin {
  /** Full name, or `targets`, `input_days` or `pseudonym_key`, which a build is given. */
  readonly table: string;
  /** Absent: its rows are counted. */
  readonly column?: string;
  readonly how: 'value' | 'condition';
}

/**
 * A bare record has its fields at the top of the payload, an enveloped one below `data`: both are the same field, and what
 * only tells them apart is left out.
 */
export function originsOf(sources: Iterable<Source>): Origin[] {
  const all = [...sources];
  const fields = all.some(({ path }) => path !== undefined);
  const origins = new Map<string, Origin>();
  for (const { table, column, path, how } of all) {
    if (fields && how === 'condition' && table.startsWith('bronze.') && column === 'type') continue;
    // What a build is given is one thing to people, whichever of its columns is read.
    const read = table.includes('.') ? column : undefined;
    const name = path === undefined ? read : `${read}${path.replace(/^\$(?:\.data(?=\.))?/, '')}`;
    const key = `${table} ${name ?? ''}`;
    if (origins.get(key)?.how !== 'value')
      origins.set(key, { table, ...(name === undefined ? {} : { column: name }), how });
  }
  return [...origins.values()].sort((a, b) => Number(a.how === 'condition') - Number(b.how === 'condition'));
}
