import { streamRows } from '../bronze/bronze-object.ts';
import type { StoredObject } from '../ports/object-store.ts';
import type { Commit } from './commit.ts';
import { GIVE_UP_MS } from './give-up.ts';

/** A publisher gives up after half a day. What nobody has published by then, nobody will. */
const UNPUBLISHED_KEPT_MS = 4 * GIVE_UP_MS;

export interface GarbageRequest {
  readonly commits: readonly Commit[];
  /** Every object below the data prefixes. */
  readonly objects: readonly StoredObject[];
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
  /** How long what is superseded or retired is kept, counted from when it was. */
  readonly retentionMs: number;
}

/**
 * The objects that nothing refers to any more: no published partition, no version that was superseded within the retention,
 * no build that may still be going on. What the stream writer wrote is never among them.
 */
export function garbage({ commits, objects, now, retentionMs }: GarbageRequest): StoredObject[] {
  const endedAt = endOfUse(commits);
  return objects.filter(({ key, modifiedAt }) => {
    const ended = endedAt.get(key);
    if (ended === undefined) return streamRows(key) === undefined && modifiedAt < now - UNPUBLISHED_KEPT_MS;
    return ended < now - retentionMs;
  });
}

/** For every object that a commit has ever named: when it was superseded, removed or retired; Infinity if it is in use. */
function endOfUse(commits: readonly Commit[]): Map<string, number> {
  const endedAt = new Map<string, number>();
  const present = new Map<string, readonly string[]>();
  const replace = (partition: string, files: readonly string[], at: number): void => {
    for (const file of present.get(partition) ?? []) endedAt.set(file, at);
    for (const file of files) endedAt.set(file, Number.POSITIVE_INFINITY);
    present.set(partition, files);
  };
  for (const { at, bronze = [], removed = [], publish = [], retire = [] } of commits) {
    const time = Date.parse(at);
    for (const key of removed) endedAt.set(key, time);
    for (const { key } of bronze) endedAt.set(key, Number.POSITIVE_INFINITY);
    for (const { table, dt, files } of publish) replace(`${table} ${dt}`, files, time);
    for (const { table, dt } of retire) replace(`${table} ${dt}`, [], time);
  }
  return endedAt;
}
