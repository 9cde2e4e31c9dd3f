import type { BronzeObject } from '../bronze/bronze-object.ts';
import type { FileFormat } from '../bronze/file-format.ts';
import type { Day } from '../dates.ts';

/** A file to be taken into bronze. */
export interface FileToLoad {
  readonly path: string;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly hash: string;
  readonly format: FileFormat;
  /** The entity whose bare records it holds; null for CloudEvents, which name theirs (JSON Lines only). */
  readonly entity: string | null;
  readonly ingestDate: Day;
  /** Arrival, milliseconds since 1970-01-01T00:00:00Z. */
  readonly arrivedAt: number;
}

/** What came of a load. Nothing of it counts until the objects are committed together with the files. */
export interface Loaded {
  readonly objects: readonly BronzeObject[];
  /** Every file that was taken, with its number of records. */
  readonly files: readonly { readonly file: FileToLoad; readonly records: number }[];
  /** Files of which nothing was taken, and why. */
  readonly failures: readonly { readonly file: FileToLoad; readonly error: Error }[];
}

/**
 * Writes files as bronze objects; `loadId` is unique and names them, so that no load writes over another's. Implementations:
 * DuckDB over a directory, over S3.
 */
export type BulkLoader = (files: readonly FileToLoad[], loadId: string) => Promise<Loaded>;
