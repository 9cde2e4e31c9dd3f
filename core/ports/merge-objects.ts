/** What a merge has written. */
interface Merged {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Writes every row of some bronze objects as one object under `target`, which appears whole or not at all. Implementation:
 * DuckDB over a directory.
 */
export type MergeObjects = (keys: readonly string[], target: string) => Promise<Merged>;
