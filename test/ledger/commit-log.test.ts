import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { emptyState, type LedgerState } from '../../core/ledger/state.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { MemoryStore } from '../ports/memory-store.ts';
import { committersSuite } from './committers-suite.ts';
import { clock, fullFold } from './full-fold.ts';
import { randomChange } from './random-changes.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function temporaryFolder(): Promise<DirectoryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-log-'));
  folders.push(folder);
  return new DirectoryStore(folder);
}

/** A log of many commits, so that there are checkpoints. */
async function longLog(commits: number): Promise<MemoryStore> {
  const store = new MemoryStore();
  const log = new CommitLog(store, clock);
  const changes = fc.sample(randomChange, commits);
  for (const [i, change] of changes.entries()) await log.commit(`run-${i}`, () => change);
  return store;
}

describe('CommitLog', () => {
  it('of an empty warehouse is the empty state', async () => {
    expect(await new CommitLog(new MemoryStore(), clock).read()).toEqual(emptyState());
  });

  it('gives after each commit what any reader then reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(randomChange, { maxLength: 5 }), async (changes) => {
        const store = new MemoryStore();
        const log = new CommitLog(store, clock);
        for (const change of changes) {
          const state = await log.commit('run', () => change);
          expect(state).toEqual(await new CommitLog(store, clock).read());
          expect(state).toEqual(await fullFold(store));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('commits nothing when there is nothing to decide', async () => {
    const store = new MemoryStore();
    const state = await new CommitLog(store, clock).commit('run', () => undefined);
    expect(state.seq).toBe(0);
    expect(await store.list('')).toEqual([]);
  });

  it('reads a checkpoint and the commits after it, not all of history', async () => {
    const store = await longLog(70);
    store.gets = 0;
    const state = await new CommitLog(store, clock).read();
    expect(store.gets).toBeLessThan(40);
    expect(state).toEqual(await fullFold(store));
  });

  it('finds the truth without the hint to a checkpoint, and with an old or a wrong one', async () => {
    const store = await longLog(70);
    const truth = await fullFold(store);
    const checkpoints = (await store.list('log/checkpoints/')).map(({ key }) => key);
    expect(checkpoints).toHaveLength(2);
    const hinted = async (hint: string): Promise<LedgerState> => {
      await store.put('log/checkpoint', new TextEncoder().encode(hint));
      return new CommitLog(store, clock).read();
    };
    expect(await hinted('0000000032')).toEqual(truth);
    expect(await hinted('0000000064')).toEqual(truth);
    expect(await hinted('0000000096')).toEqual(truth);
    expect(await hinted('')).toEqual(truth);
    await store.delete(['log/checkpoint']);
    expect(await new CommitLog(store, clock).read()).toEqual(truth);
    await store.delete(checkpoints);
    expect(await hinted('0000000064')).toEqual(truth);
  });

  it('says which commit it cannot read', async () => {
    const store = await longLog(3);
    const broken: ObjectStore = {
      get: async (key) => (key.endsWith('2.json') ? undefined : store.get(key)),
      put: (key, bytes) => store.put(key, bytes),
      create: (key, bytes) => store.create(key, bytes),
      list: (prefix, startAfter) => store.list(prefix, startAfter),
      delete: (keys) => store.delete(keys),
    };
    await expect(new CommitLog(broken, clock).read()).rejects.toThrow('log/commits/0000000002.json');
  });
});

committersSuite('in memory', async () => new MemoryStore(), 12, 8);
committersSuite('in a directory', temporaryFolder, 6, 7);

it('who loses a race may decide that there is nothing left to do', async () => {
  const store = new MemoryStore();
  const claim = (by: string) =>
    new CommitLog(store, clock).commit(by, (state) =>
      state.partitions.has('gold.b') ? undefined : { publish: [version(by)] },
    );
  await Promise.all(['a', 'b', 'c'].map(claim));
  expect((await fullFold(store)).seq).toBe(1);
});

function version(run: string) {
  const digests = { checksum: 'empty', inputDigest: 'i', codeDigest: 'c' };
  return { table: 'gold.b', dt: '2026-01-01', files: [], rows: 0, bytes: 0, run, basis: 0, release: '', ...digests };
}
