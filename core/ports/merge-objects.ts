/** What a merge has written. */
interface Merged {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Writes every row of some bronze objects as one object under `target`, which appears whole or not at all. Implementations:
 * DuckDB over a directory, over S3.
 */
export type MergeObjects = (keys: readonly string[], target: string) => Promise<Merged>;
