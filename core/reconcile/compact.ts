import { absorbedKey, encodeAbsorbed, folderOf } from '../bronze/absorbed.ts';
import { type BronzeObject, mergedName } from '../bronze/bronze-object.ts';
import { groupsToMerge } from '../bronze/small-objects.ts';
import { digest } from '../plan/digest.ts';
import type { Clock } from '../ports/clock.ts';
import type { MergeObjects } from '../ports/merge-objects.ts';
import type { ObjectStore } from '../ports/object-store.ts';

export interface Compaction {
  readonly merge: MergeObjects;
  readonly clock: Clock;
  /** Told of merges that failed. */
  readonly onFailure?: (error: unknown) => void;
  /** Asked before each merge whether there is time for it; what is not merged is listed as it is. Absent: always. */
  readonly hasTime?: () => boolean;
  /** How many small objects of a partition are worth a merge. */
  readonly fewest?: number;
}

/**
 * Puts merged objects in the place of many small ones, to be committed instead of them; others stay as they are. It is only
 * for speed: a merge that fails leaves its objects as they are, and what is wrong with them is found by the build of their
 * day, which stops that day only. What is merged already (`done`, by what it is made of) is not merged again.
 */
export async function compact(
  objects: readonly BronzeObject[],
  { merge, onFailure, fewest, hasTime = () => true }: Compaction,
  store: ObjectStore,
  by: string,
  done: Map<string, BronzeObject>,
): Promise<readonly BronzeObject[]> {
  const compacted = new Set(objects);
  // One after the other, so that memory is bounded by the largest.
  for (const group of groupsToMerge(objects, fewest)) {
    if (!hasTime()) break;
    const id = digest(group.map(({ key }) => key));
    try {
      const merged = done.get(id) ?? (await mergeGroup(group, merge, store, mergedName(by, id)));
      done.set(id, merged);
      for (const object of group) compacted.delete(object);
      compacted.add(merged);
    } catch (error) {
      onFailure?.(error);
    }
  }
  return [...compacted];
}

async function mergeGroup(
  group: readonly BronzeObject[],
  merge: MergeObjects,
  store: ObjectStore,
  name: string,
): Promise<BronzeObject> {
  const { key: first, entity, ingestDate, eventDate } = group[0]!;
  const key = `${folderOf(first)}${name}.parquet`;
  const keys = group.map((object) => object.key);
  const expected = group.reduce((sum, object) => sum + object.rows, 0);
  const { rows, bytes } = await merge(keys, key);
  if (rows !== expected) {
    throw new Error(`${group.length} objects such as ${first} have ${expected} rows, but ${rows} were merged`);
  }
  const absorbed = absorbedKey(key);
  // If there is one, it is the same: the name tells what it lists.
  await store.create(absorbed, encodeAbsorbed(keys));
  return { key, entity, ingestDate, eventDate, rows, bytes, absorbed };
}
