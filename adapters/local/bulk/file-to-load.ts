import type { EntityRouting } from '../../../core/bronze/classify.ts';

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
