import { createHash } from 'node:crypto';

/** Where the tables of one session are. */
export interface StagingPlace {
  /** Glue database. */
  readonly database: string;
  /** Key prefix in the warehouse, `tmp/<session>/`. */
  readonly folder: string;
}

/** Parameter of a staging database: the deployment it belongs to. Only databases that have it are ever dropped. */
export const STAGING_MARK = 'sluice.staging';

/** Names of the staging database and folder of a session: made of its id, and different for different ids. */
export function stagingPlace(databases: string, id: string): StagingPlace {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 8);
  const session = `${id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 100)}_${hash}`;
  return { database: `${databases}_staging_${session}`, folder: `tmp/${session}/` };
}
