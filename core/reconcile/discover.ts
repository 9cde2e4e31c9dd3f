import { folderOf } from '../bronze/absorbed.ts';
import { type BronzeObject, parseBronzeKey, STREAM_RETENTION_DAYS, streamRows } from '../bronze/bronze-object.ts';
import { addDays, type Day, daysBetween } from '../dates.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import { giveUpIfLate } from '../ledger/give-up.ts';
import type { LedgerState } from '../ledger/state.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { AbsorbedObjects } from './absorbed-objects.ts';
import { type Compaction, compact } from './compact.ts';

export interface DiscoverRequest {
  readonly log: CommitLog;
  readonly store: ObjectStore;
  /** Every entity that bronze can hold, `unparsable` among them. */
  readonly entities: readonly string[];
  /** Today, UTC. */
  readonly today: Day;
  /** Who commits. */
  readonly by: string;
  /** How many small objects become one. Absent: all are taken up as they are. */
  readonly compaction?: Compaction;
}

/**
 * Commits the objects that the stream writer has put into bronze and the log does not know yet. (Bulk loads commit their
 * own.) Only ingestion dates within the stream's retention are listed, so the cost is by what is new, not by history.
 *
 * Where they are many and small they are merged first, and only the merged objects committed. Now is the time: nobody has
 * read them, so no run is in the way and nothing is built for the merge's sake. Of several that do it at once one commits;
 * the others find its objects in the log and leave their own to garbage collection, as a crash would.
 */
export async function discover(request: DiscoverRequest): Promise<readonly BronzeObject[]> {
  const { log, store, by, compaction } = request;
  const found = await streamObjects(request);
  let state = await log.read();
  const unlisted = unknownTo(state, found);
  const absorbed = new AbsorbedObjects(store, new Set(unlisted.map(({ key }) => folderOf(key))));
  const merged = new Map<string, BronzeObject>();
  const since = compaction?.clock();
  for (;;) {
    await absorbed.read(state);
    const fresh = unknownTo(state, unlisted).filter(({ key }) => !absorbed.has(key));
    if (fresh.length === 0) return [];
    const added = compaction ? await compact(fresh, compaction, store, by, merged) : fresh;
    let overtaken = false;
    state = await log.commit(by, (current) => {
      if (compaction) giveUpIfLate(compaction.clock, since!, `merging by ${by}`);
      overtaken = absorbed.unread(current).length > 0 || unknownTo(current, fresh).length < fresh.length;
      return overtaken ? undefined : { bronze: added };
    });
    if (!overtaken) return added;
  }
}

async function streamObjects({ store, entities, today }: DiscoverRequest): Promise<BronzeObject[]> {
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
  return found;
}

function unknownTo(state: LedgerState, found: readonly BronzeObject[]): BronzeObject[] {
  if (found.length === 0) return [];
  const known = new Set([...[...state.bronze.values()].flat(), ...state.removed].map(({ key }) => key));
  return found.filter((object) => !known.has(object.key));
}
