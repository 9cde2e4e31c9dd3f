import type { EntityRouting } from '../bronze/classify.ts';
import type { Contract } from './contract.ts';

/** What the writers of bronze have to know of a contract. */
export function routeOf({ entity, eventTime, earliest, accept, fields }: Contract): EntityRouting & {
  /** The columns that a CSV or Parquet file of it must have. */
  readonly requiredFields: readonly string[];
} {
  const requiredFields = Object.entries(fields).flatMap(([name, field]) => (field.required ? [name] : []));
  return { entity, eventTimeField: eventTime ?? null, earliest, accept, requiredFields };
}
