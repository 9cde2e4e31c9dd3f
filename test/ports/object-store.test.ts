import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { MemoryStore } from './memory-store.ts';
import { objectStoreSuite } from './object-store-suite.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-store-'));
});
afterAll(() => rm(root, { recursive: true }));

objectStoreSuite('MemoryStore', async () => new MemoryStore());
objectStoreSuite('DirectoryStore', async () => new DirectoryStore(await mkdtemp(join(root, 's-'))));

it('a directory that does not exist yet is an empty store', async () => {
  const store = new DirectoryStore(join(root, 'not', 'yet'));
  expect(await store.list('log/')).toEqual([]);
  expect(await store.get('log/1')).toBeUndefined();
  expect(await store.create('log/1', new Uint8Array(1))).toBe(true);
});

it('what a crash left half-written in a directory is not an object', async () => {
  const folder = await mkdtemp(join(root, 'crashed-'));
  await mkdir(join(folder, 'log'));
  await writeFile(join(folder, 'log', '2.json.unfinished-3f1c0e7a-8f7e-4a53-9a05-5d3e4a1f9b11'), '{"hal');
  const store = new DirectoryStore(folder);
  expect(await store.list('')).toEqual([]);
  expect(await store.create('log/2.json', new Uint8Array(1))).toBe(true);
});
