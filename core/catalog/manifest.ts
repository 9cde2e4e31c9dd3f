import { folderOf } from '../bronze/absorbed.ts';
import type { Commit } from '../ledger/commit.ts';

const MANIFESTS = 'bronze/_manifests/';

/**
 * The folder that lists the objects of a bronze partition (by its folder) as of the commit `seq` that changed them last. It
 * holds one object, `manifest`.
 */
export function manifestFolder(partition: string, seq: number): string {
  return `${MANIFESTS}${partition.slice('bronze/'.length)}${String(seq).padStart(10, '0')}/`;
}

export function manifestKey(partition: string, seq: number): string {
  return `${manifestFolder(partition, seq)}manifest`;
}

/** A manifest: one URI a line. */
export function encodeManifest(uris: readonly string[]): Uint8Array {
  return new TextEncoder().encode(uris.map((uri) => `${uri}\n`).join(''));
}

/** The folders of the bronze partitions whose objects a commit changes. What it lists again stays what it is. */
export function changedPartitions({ bronze = [], removed = [] }: Pick<Commit, 'bronze' | 'removed'>): Set<string> {
  const gone = new Set(removed);
  const listed = new Set(bronze.map(({ key }) => key));
  return new Set([...listed, ...gone].filter((key) => !(gone.has(key) && listed.has(key))).map(folderOf));
}
