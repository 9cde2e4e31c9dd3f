import { describe, expect, it } from 'vitest';
import type { PartitionVersion } from '../../core/ledger/commit.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { garbage } from '../../core/ledger/garbage.ts';
import { rolledBack } from '../../core/ledger/rollback.ts';
import { MemoryStore } from '../ports/memory-store.ts';

function version(run: string): PartitionVersion {
  const files = [`gold/t/run=${run}/dt=2026-01-01/data_0.parquet`];
  const digests = { checksum: run, inputDigest: run, codeDigest: 'code' };
  return { table: 'gold.t', dt: '2026-01-01', files, rows: 1, bytes: 1, ...digests, run, basis: 0, release: '' };
}

describe('a log that is not as it should be', () => {
  const key = (seq: number) => `log/commits/${String(seq).padStart(10, '0')}.json`;
  const filled = async (clock = () => '2026-01-01T00:00:00.000Z', count = 40) => {
    const store = new MemoryStore();
    const log = new CommitLog(store, clock);
    for (let n = 1; n <= count; n++) await log.commit(`run-${n}`, () => ({ publish: [version(`run-${n}`)] }));
    return { store, log };
  };

  it('with a commit missing below a checkpoint is not taken for whole by those who need all of it', async () => {
    const { store, log } = await filled();
    await store.delete([key(3)]);
    expect((await log.read()).seq).toBe(40);
    await expect(log.commits()).rejects.toThrow(key(3));
  });

  it('with a commit cut short says which', async () => {
    const { store, log } = await filled();
    await store.put(key(40), new TextEncoder().encode('{"format":1,'));
    await expect(log.read()).rejects.toThrow(key(40));
  });

  it('with a checkpoint cut short is read without it', async () => {
    const { store, log } = await filled();
    await store.put('log/checkpoints/0000000032.json', new TextEncoder().encode('{"format":1,'));
    expect((await log.read()).partitions.get('gold.t')?.get('2026-01-01')?.run).toBe('run-40');
    expect((await log.readAsOf(35)).partitions.get('gold.t')?.get('2026-01-01')?.run).toBe('run-35');
  });

  it('never goes back in time with a clock that does', async () => {
    const times = ['2026-01-10T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-11T00:00:00.000Z'];
    const { log } = await filled(() => times.shift()!, 3);
    expect((await log.commits()).map(({ at }) => at)).toEqual([
      '2026-01-10T00:00:00.000Z',
      '2026-01-10T00:00:00.000Z',
      '2026-01-11T00:00:00.000Z',
    ]);
  });

  it('does not cost what is published: whatever the state names is no garbage', async () => {
    const { log } = await filled(undefined, 2);
    const objects = ['run-1', 'run-2']
      .flatMap((run) => version(run).files)
      .map((file) => ({ key: file, bytes: 1, modifiedAt: 0 }));
    const now = Date.parse('2026-03-01T00:00:00.000Z');
    const found = garbage({ commits: [], state: await log.read(), absorbed: new Map(), objects, now, retentionMs: 0 });
    expect(found.map((object) => object.key)).toEqual(version('run-1').files);
  });
});

describe('collection', () => {
  it('keeps for half a day what a build going on may read, whatever the retention', async () => {
    const store = new MemoryStore();
    const log = new CommitLog(store, () => '2026-01-01T00:00:00.000Z');
    for (const run of ['a', 'b']) await log.commit(run, () => ({ publish: [version(run)] }));
    const objects = version('a').files.map((file) => ({ key: file, bytes: 1, modifiedAt: 0 }));
    const at = async (hours: number) => {
      const now = Date.parse('2026-01-01T00:00:00.000Z') + hours * 3_600_000;
      return garbage({
        commits: await log.commits(),
        state: await log.read(),
        absorbed: new Map(),
        objects,
        now,
        retentionMs: 0,
      }).length;
    };
    expect([await at(11), await at(13)]).toEqual([0, 1]);
  });
});

it('a rollback repeated goes further back, not forth again', async () => {
  const log = new CommitLog(new MemoryStore(), () => '2026-01-01T00:00:00.000Z');
  for (const run of ['v1', 'v2', 'v3']) await log.commit(run, () => ({ publish: [version(run)] }));
  const back = async () => {
    const commits = await log.commits();
    const state = await log.commit('undo', (current) => ({
      publish: rolledBack(commits, current, ['gold.t'], '2026-01-01'),
    }));
    return state.partitions.get('gold.t')!.get('2026-01-01')!.run;
  };
  expect([await back(), await back()]).toEqual(['v2', 'v1']);
  await expect(back()).rejects.toThrow('one version only');
});
