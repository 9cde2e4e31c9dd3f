import { type BronzeObject, parseBronzeKey, streamRows } from '../bronze/bronze-object.ts';
import { addDays, type Day, daysBetween } from '../dates.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import type { LedgerState } from '../ledger/state.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** Kinesis keeps records for a week at the least setting that makes sense here; a batch is written within that time. */
const STREAM_RETENTION_DAYS = 8;

export interface DiscoverRequest {
  readonly log: CommitLog;
  readonly store: ObjectStore;
  /** Every entity that bronze can hold, `unparsable` among them. */
  readonly entities: readonly string[];
  /** Today, UTC. */
  readonly today: Day;
  /** Who commits. */
  readonly by: string;
}

/**
 * Commits the objects that the stream writer has put into bronze and the log does not know yet. (Bulk loads commit their
 * own.) Only ingestion dates within the stream's retention are listed, so the cost is by what is new, not by history.
 */
export async function discover({ log, store, entities, today, by }: DiscoverRequest): Promise<readonly BronzeObject[]> {
  const found: BronzeObject[] = [];
  for (const entity of entities) {
    for (const day of daysBetween(addDays(today, -STREAM_RETENTION_DAYS), addDays(today, 1))) {
      for (const { key, bytes } of await store.list(`bronze/entity=${entity}/ingest_date=${day}/`)) {
        const rows = streamRows(key);
        const partition = parseBronzeKey(key);
        if (rows !== undefined && partition) found.push({ key, ...partition, rows, bytes });
      }
    }
  }
  if (found.length === 0) return [];
  let added: readonly BronzeObject[] = [];
  await log.commit(by, (state) => {
    added = unknownObjects(state, found);
    return added.length > 0 ? { bronze: added } : undefined;
  });
  return added;
}

function unknownObjects(state: LedgerState, found: readonly BronzeObject[]): BronzeObject[] {
  const known = new Set([...[...state.bronze.values()].flat(), ...state.removed].map(({ key }) => key));
  return found.filter((object) => !known.has(object.key));
}
