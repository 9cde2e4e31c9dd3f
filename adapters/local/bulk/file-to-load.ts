import type { EntityRouting } from '../../../core/bronze/classify.ts';
import type { FileFormat } from '../../../core/bronze/file-format.ts';
import type { Day } from '../../../core/dates.ts';

/** A file to ingest. Its hash is new to the load and to the warehouse: the caller leaves out what is known. */
export interface FileToLoad {
  readonly path: string;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly hash: string;
  readonly format: FileFormat;
  /** The entity of its bare records; null if every record names its own (JSON Lines only). */
  readonly entity: string | null;
  readonly ingestDate: Day;
  /** Arrival, milliseconds since 1970-01-01T00:00:00Z. */
  readonly arrivedAt: number;
}

/** Where and under which names to write, and what is known of the entities. */
export interface Load {
  /** The directory of the warehouse; objects go below its `bronze/`. */
  readonly warehouse: string;
  /** Begins the name of every object. Fresh for each load, so that nothing is ever written over. */
  readonly id: string;
  readonly routing: readonly LoadedEntity[];
}

/** A known entity; `requiredFields` are the columns that a CSV or Parquet file of it must have. */
export interface LoadedEntity extends EntityRouting {
  readonly requiredFields: readonly string[];
}
