import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atOnce } from '../../core/at-once.ts';
import type { S3Store } from './s3-store.ts';
import { scratchPrefix } from './sweep-scratch.ts';

/** Requests are short and many: so many hide the time that each waits for S3. */
const TRANSFERS_AT_ONCE = 16;

/** A folder of its own below `parent`, by default that for temporary files. */
export function makeScratch(parent = tmpdir()): Promise<string> {
  return mkdtemp(join(parent, scratchPrefix()));
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

/** In bytes: all of the disk that a folder is on, and what of it is free. */
export async function roomIn(folder: string): Promise<{ readonly total: number; readonly free: number }> {
  const { bsize, blocks, bavail } = await statfs(folder);
  return { total: bsize * blocks, free: bsize * bavail };
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
