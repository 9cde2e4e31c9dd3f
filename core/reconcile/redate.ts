import { type BronzeObject, redatedName, UNPARSABLE } from '../bronze/bronze-object.ts';
import type { EntityRouting } from '../bronze/classify.ts';
import { datingDigests, withDating } from '../bronze/dating.ts';
import { encodeObjects } from '../bronze/encode-objects.ts';
import { isInDoubt, reclassifier } from '../bronze/reclassify.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import { giveUpIfLate } from '../ledger/give-up.ts';
import type { LedgerState } from '../ledger/state.ts';
import { digest } from '../plan/digest.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';

export interface RedateRequest {
  readonly log: CommitLog;
  readonly store: ObjectStore;
  /** The present rules. */
  readonly routing: readonly EntityRouting[];
  readonly clock: Clock;
  /** Who commits; part of the names of what is written, so unique. */
  readonly by: string;
}

/** What becomes of one object: others in its place or, if all rows stay where they are, itself with the present digest. */
interface Redated {
  readonly before: BronzeObject;
  readonly after: readonly BronzeObject[];
  readonly moved: number;
}

/**
 * Looks again at the records that were dated by other rules than the present ones: those without a usable event date, those
 * whose type was not known, and those whose date is refused now. The objects of those that move are replaced, in one commit.
 * Where nothing has changed since the last time, no object is read. Returns how many records moved.
 *
 * Several runs may do it at once: who finds at the commit that an object is gone drops its own replacement, which nobody
 * refers to.
 */
export async function redate({ log, store, routing, clock, by }: RedateRequest): Promise<number> {
  const digests = datingDigests(routing);
  const routes = new Map(routing.map((route) => [route.entity, route]));
  const state = await log.read();
  const doubtful = [UNPARSABLE, ...routes.keys()].flatMap((entity) =>
    (state.bronze.get(entity) ?? []).filter((object) => isInDoubt(object, routes.get(entity), digests)),
  );
  if (doubtful.length === 0) return 0;

  const since = clock();
  // Not at the top: hardly any run gets here.
  const { readRows } = await import('../bronze/read-rows.ts');
  const reclassify = reclassifier(routing);
  const all: Redated[] = [];
  // One after the other, so that memory is bounded by the largest.
  for (const { seq, ...before } of doubtful) {
    const content = await store.get(before.key);
    if (!content) throw new Error(`${before.key} is listed but cannot be read: the warehouse is damaged`);
    const rows = await readRows(content, before);
    const found = rows.map((row) => reclassify(row, before.ingestDate));
    const moved = found.filter(
      ({ record }) => record.entity !== before.entity || record.eventDate !== before.eventDate,
    );
    if (moved.length === 0) {
      all.push({ before, after: [{ ...before, dating: digests.get(before.entity)! }], moved: 0 });
      continue;
    }
    // The same object by the same rules gives the same name and the same bytes, should this be tried again.
    const name = redatedName(before.key, by, digest([before.key, ...digests.values()]));
    const encoded = encodeObjects(found, before.ingestDate, () => name);
    for (const { object, content } of encoded) await store.put(object.key, content);
    all.push({ before, after: encoded.map(({ object }) => withDating(object, digests)), moved: moved.length });
  }
  for (const { before, after } of all) checkRows(before, after);

  let moved = 0;
  await log.commit(by, (current) => {
    giveUpIfLate(clock, since, `dating again by ${by}`);
    const present = keysOf(current);
    const valid = all.filter(({ before }) => present.has(before.key));
    moved = valid.reduce((sum, one) => sum + one.moved, 0);
    if (valid.length === 0) return undefined;
    return { bronze: valid.flatMap(({ after }) => after), removed: valid.map(({ before }) => before.key) };
  });
  return moved;
}

/** Every record must be in some object. */
function checkRows(before: BronzeObject, after: readonly BronzeObject[]): void {
  const rows = after.reduce((sum, object) => sum + object.rows, 0);
  if (rows !== before.rows) {
    throw new Error(
      `${before.key} has ${before.rows} rows, but ${rows} were written in its place: nothing was committed`,
    );
  }
}

function keysOf({ bronze }: LedgerState): ReadonlySet<string> {
  return new Set([...bronze.values()].flat().map(({ key }) => key));
}
