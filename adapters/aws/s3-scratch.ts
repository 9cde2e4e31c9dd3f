import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atOnce } from '../../core/at-once.ts';
import type { S3Store } from './s3-store.ts';

/** Requests are short and many: so many hide the time that each waits for S3. */
const TRANSFERS_AT_ONCE = 16;

/** A folder of its own below `parent`, by default that for temporary files. */
export function makeScratch(parent = tmpdir()): Promise<string> {
  return mkdtemp(join(parent, 'sluice-'));
}

/** Works in a folder that is gone after. */
export async function inScratch<T>(work: (root: string) => Promise<T>, parent?: string): Promise<T> {
  const root = await makeScratch(parent);
  try {
    return await work(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Downloads objects to the paths below `root` that their keys are. */
export async function downloadTo(
  root: string,
  store: S3Store,
  keys: readonly string[],
  admit?: (bytes: number) => void,
): Promise<void> {
  await atOnce(TRANSFERS_AT_ONCE, keys, (key) => store.download(key, join(root, key), admit));
}

/** Uploads files below `root` to the keys that their paths are. */
export async function uploadFrom(root: string, store: S3Store, keys: readonly string[]): Promise<void> {
  await atOnce(TRANSFERS_AT_ONCE, keys, (key) => store.upload(join(root, key), key));
}
