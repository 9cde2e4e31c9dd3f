import { UNPARSABLE } from '../bronze/bronze-object.ts';
import type { Contract } from '../contract/contract.ts';
import { hasProtected } from '../contract/protection.ts';
import { routeOf } from '../contract/route-of.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { establishPseudonymKey } from '../pseudonyms/establish-key.ts';
import type { Compaction } from './compact.ts';
import { discover } from './discover.ts';
import { redate } from './redate.ts';

export interface TakeUpRequest {
  readonly log: CommitLog;
  readonly store: ObjectStore;
  readonly contracts: readonly Contract[];
  readonly clock: Clock;
  /** The run that is about to begin. */
  readonly by: string;
  readonly compaction: Omit<Compaction, 'clock'>;
}

/**
 * What comes before a run: takes up what the stream has brought, dates anew what the contracts now date otherwise, and makes
 * the key of pseudonyms if there is data that needs one for the first time. Returns the number of records whose date, or
 * entity, is another now.
 */
export async function takeUp({ log, store, contracts, clock, by, compaction }: TakeUpRequest): Promise<number> {
  const entities = [...contracts.map(({ entity }) => entity), UNPARSABLE];
  await discover({ log, store, entities, today: clock().slice(0, 10), by, compaction: { ...compaction, clock } });
  const moved = await redate({ log, store, routing: contracts.map(routeOf), clock, by });
  const { bronze } = await log.read();
  const isNeeded = contracts.some(({ entity, fields }) => hasProtected(fields) && bronze.has(entity));
  if (isNeeded) await establishPseudonymKey(store, log, by);
  return moved;
}
