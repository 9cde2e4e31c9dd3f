import { STREAM_RETENTION_DAYS, streamRows } from '../bronze/bronze-object.ts';
import { bronzePartitions } from '../catalog/bronze-partitions.ts';
import { changedPartitions, manifestKey } from '../catalog/manifest.ts';
import { dayNumber } from '../dates.ts';
import type { StoredObject } from '../ports/object-store.ts';
import type { Commit } from './commit.ts';
import { GIVE_UP_MS } from './give-up.ts';
import type { LedgerState } from './state.ts';

/** A publisher gives up after half a day. What nobody has published by then, nobody will. */
const UNPUBLISHED_KEPT_MS = 4 * GIVE_UP_MS;

/** From so many days after the arrival on, discovery has no use for a list of absorbed objects; two days are for clocks. */
const LIST_KEPT_DAYS = STREAM_RETENTION_DAYS + 2;
const DAY_MS = 86_400_000;

export interface GarbageRequest {
  readonly commits: readonly Commit[];
  /** What those commits make: whatever it names is kept, even should a commit have been misread. */
  readonly state: LedgerState;
  /** What merged objects were made of: the keys on each list of absorbed objects that is still stored, by the list's key. */
  readonly absorbed: ReadonlyMap<string, readonly string[]>;
  /** Every object below the data prefixes. */
  readonly objects: readonly StoredObject[];
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  /** How long what is superseded or retired is kept, counted from when it was; at least as long as a build may read it. */
  readonly retentionMs: number;
}

/**
 * The objects that nothing refers to any more: no published partition, no version that was superseded within the retention,
 * no build that may still be going on. What the stream writer wrote is among them only when its records are in other
 * objects. The list of what a merged object absorbed is, when none of that is stored and none can come again.
 */
export function garbage({ commits, state, absorbed, objects, now, retentionMs }: GarbageRequest): StoredObject[] {
  const endedAt = endOfUse(commits, absorbed);
  for (const key of keysOf(state)) endedAt.set(key, Number.POSITIVE_INFINITY);
  // A build reads what was published when its wave was planned, and gives up publishing after half a day.
  const kept = Math.max(retentionMs, GIVE_UP_MS);
  const stored = new Set(objects.map(({ key }) => key));
  return objects.filter(({ key, modifiedAt }) => {
    const ended = endedAt.get(key);
    if (absorbed.get(key)?.some((each) => stored.has(each))) return false;
    if (ended === undefined) return streamRows(key) === undefined && modifiedAt < now - UNPUBLISHED_KEPT_MS;
    return ended < now - kept;
  });
}

function* keysOf(state: LedgerState): Generator<string> {
  const { bronze, partitions } = state;
  for (const objects of bronze.values()) for (const { key } of objects) yield key;
  for (const entity of bronze.keys()) {
    for (const { folder, seq } of bronzePartitions(state, entity)) yield manifestKey(folder, seq);
  }
  for (const versions of partitions.values()) for (const { files } of versions.values()) yield* files;
}

/**
 * For every object that a commit has ever named, and for the manifests that a catalog has of it: when it was superseded,
 * removed or retired; Infinity if it is in use.
 */
function endOfUse(commits: readonly Commit[], absorbed: GarbageRequest['absorbed']): Map<string, number> {
  const endedAt = new Map<string, number>();
  const present = new Map<string, readonly string[]>();
  const replace = (partition: string, files: readonly string[], at: number): void => {
    for (const file of present.get(partition) ?? []) endedAt.set(file, at);
    for (const file of files) endedAt.set(file, Number.POSITIVE_INFINITY);
    present.set(partition, files);
  };
  for (const { seq, at, bronze = [], removed = [], publish = [], retire = [] } of commits) {
    const time = Date.parse(at);
    for (const key of removed) endedAt.set(key, time);
    for (const { key, absorbed: list, ingestDate } of bronze) {
      endedAt.set(key, Number.POSITIVE_INFINITY);
      // Listed again, it absorbs nothing anew.
      if (list === undefined || endedAt.has(list)) continue;
      endedAt.set(list, Math.max(time, (dayNumber(ingestDate) + LIST_KEPT_DAYS) * DAY_MS));
      for (const original of absorbed.get(list) ?? []) endedAt.set(original, time);
    }
    for (const folder of changedPartitions({ bronze, removed })) replace(folder, [manifestKey(folder, seq)], time);
    for (const { table, dt, files } of publish) replace(`${table} ${dt}`, files, time);
    for (const { table, dt } of retire) replace(`${table} ${dt}`, [], time);
  }
  return endedAt;
}
