import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { mergeIn } from '../../adapters/local/merge-objects.ts';
import { mergeObjectsSuite } from './merge-objects-suite.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-merge-'));
});
afterAll(() => rm(root, { recursive: true }));

mergeObjectsSuite('mergeIn', async () => {
  const warehouse = await mkdtemp(join(root, 'w-'));
  return { store: new DirectoryStore(warehouse), merge: mergeIn(warehouse) };
});
