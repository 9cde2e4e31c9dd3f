import { atOnce } from '../at-once.ts';
import { folderOf } from '../bronze/absorbed.ts';
import { type BronzeObject, parseBronzeKey, STREAM_RETENTION_DAYS, streamRows } from '../bronze/bronze-object.ts';
import { addDays, type Day } from '../dates.ts';
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

const LISTED_AT_ONCE = 32;

/**
 * Commits the objects that the stream writer has put into bronze and the log does not know yet. (Bulk loads commit their
 * own.) What arrived before the stream's retention at the time of the discovery before was all there then, so only later
 * arrivals are listed: the cost is by what is new, not by history, and however long nothing ran, nothing is missed.
 *
 * Where they are many and small they are merged first, and only the merged objects committed. Now is the time: nobody has
 * read them, so no run is in the way and nothing is built for the merge's sake. Of several that do it at once one commits;
 * the others find its objects in the log and leave their own to garbage collection, as a crash would.
 */
export async function discover(request: DiscoverRequest): Promise<readonly BronzeObject[]> {
  const { log, store, by, today, compaction } = request;
  let state = await log.read();
  const found = await streamObjects(request, state.discovered);
  const unlisted = unknownTo(state, found);
  const absorbed = new AbsorbedObjects(store, new Set(unlisted.map(({ key }) => folderOf(key))));
  const merged = new Map<string, BronzeObject>();
  const since = compaction?.clock();
  for (;;) {
    await absorbed.read(state);
    const fresh = unknownTo(state, unlisted).filter(({ key }) => !absorbed.has(key));
    if (fresh.length === 0) {
      await log.commit(by, (current) => notedOn(current, today));
      return [];
    }
    const added = compaction ? await compact(fresh, compaction, store, by, merged) : fresh;
    let overtaken = false;
    state = await log.commit(by, (current) => {
      if (compaction) giveUpIfLate(compaction.clock, since!, `merging by ${by}`);
      overtaken = absorbed.unread(current).length > 0 || unknownTo(current, fresh).length < fresh.length;
      return overtaken ? undefined : { bronze: added, ...notedOn(current, today) };
    });
    if (!overtaken) return added;
  }
}

/** What the commit of a discovery says besides: its day, once a day. */
function notedOn({ discovered }: LedgerState, today: Day): { discovered: Day } | undefined {
  return discovered === undefined || discovered < today ? { discovered: today } : undefined;
}

/** @param before the day of the discovery before, if there was one */
async function streamObjects(
  { store, entities, today }: DiscoverRequest,
  before: Day | undefined,
): Promise<BronzeObject[]> {
  // A clock that was wrong, and far ahead, is not believed.
  const since = before && addDays(before < today ? before : today, -STREAM_RETENTION_DAYS);
  const found = await atOnce(LISTED_AT_ONCE, entities, async (entity) => {
    const folder = `bronze/entity=${entity}/`;
    const listed = await store.list(folder, since && `${folder}ingest_date=${since}`);
    return listed.flatMap(({ key, bytes }): BronzeObject[] => {
      const rows = streamRows(key);
      const partition = parseBronzeKey(key);
      return rows !== undefined && partition ? [{ key, ...partition, rows, bytes }] : [];
    });
  });
  return found.flat();
}

function unknownTo(state: LedgerState, found: readonly BronzeObject[]): BronzeObject[] {
  if (found.length === 0) return [];
  const known = new Set([...[...state.bronze.values()].flat(), ...state.removed].map(({ key }) => key));
  return found.filter((object) => !known.has(object.key));
}
