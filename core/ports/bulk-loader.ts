import type { BronzeObject } from '../bronze/bronze-object.ts';
import type { FileFormat } from '../bronze/file-format.ts';
import type { Day } from '../dates.ts';

/** A file to be taken into bronze. */
export interface FileToLoad {
  readonly path: string;
  readonly format: FileFormat;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly hash: string;
  /** The entity whose bare records it holds; null for CloudEvents, which name theirs. */
  readonly entity: string | null;
  readonly ingestDate: Day;
  /** Arrival, ISO 8601 in UTC. */
  readonly arrivedAt: string;
}

/** What a load has written. Nothing of it counts before the objects are committed. */
export interface LoadResult {
  readonly objects: readonly BronzeObject[];
  /** Records in each file, by path. */
  readonly records: ReadonlyMap<string, number>;
  /** Files that cannot be read: nothing of them is in the objects. */
  readonly rejected: readonly { readonly path: string; readonly message: string }[];
}

/** Writes files as bronze objects. Implementation: DuckDB, over a directory. */
export interface BulkLoader {
  /** @param loadId unique: names the objects, so that no load writes over another's */
  load(files: readonly FileToLoad[], loadId: string): Promise<LoadResult>;
}
