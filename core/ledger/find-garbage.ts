import { decodeAbsorbed, isAbsorbedKey } from '../bronze/absorbed.ts';
import type { ObjectStore, StoredObject } from '../ports/object-store.ts';
import type { CommitLog } from './commit-log.ts';
import { garbage } from './garbage.ts';

/** Where data lies, and what builds leave behind; the log is never collected. */
const DATA = ['bronze/', 'silver/', 'quarantine/', 'gold/', 'ops/', 'tmp/'];

export interface FindGarbageRequest {
  readonly store: ObjectStore;
  readonly log: CommitLog;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  /** How long what is superseded or retired is kept. */
  readonly retentionMs: number;
}

/** The objects of a warehouse that nothing refers to any more, and how many stay. */
export async function findGarbage({
  store,
  log,
  now,
  retentionMs,
}: FindGarbageRequest): Promise<{ readonly garbage: readonly StoredObject[]; readonly stay: number }> {
  const objects = (await Promise.all(DATA.map((prefix) => store.list(prefix)))).flat();
  const absorbed = await absorbedBy(store, objects);
  // Listed before the log is read: what is published in between is then known to be.
  const found = garbage({ commits: await log.commits(), state: await log.read(), absorbed, objects, now, retentionMs });
  return { garbage: found, stay: objects.length - found.length };
}

/** What merged objects were made of, by the lists that are stored. */
async function absorbedBy(
  store: ObjectStore,
  objects: readonly StoredObject[],
): Promise<Map<string, readonly string[]>> {
  const absorbed = new Map<string, readonly string[]>();
  for (const { key } of objects) {
    const content = isAbsorbedKey(key) ? await store.get(key) : undefined;
    if (content) absorbed.set(key, decodeAbsorbed(key, content));
  }
  return absorbed;
}
