import { expect, test } from 'vitest';
import type { Commit } from '../../core/ledger/commit.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { MemoryStore } from '../ports/memory-store.ts';
import { Faults, InjectedFault } from './faults.ts';
import { FaultyStore } from './faulty-store.ts';

const clock = () => '2026-01-02T03:04:05.000Z';

function change(hash: string) {
  return { files: [{ hash, entity: null, name: hash, ingestDate: '2026-01-01', records: 1 }] };
}

test('what a store loses or makes up of its answers, a commit is in the log once if it is told so, and never twice', async () => {
  let told = 0;
  let failed = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const memory = new MemoryStore();
    const faults = new Faults(seed, 0.2);
    const store = new FaultyStore(memory, faults);
    const committed = new Set<string>();
    const committer = async (name: string): Promise<void> => {
      for (let n = 0; n < 8; n++) {
        const by = `${name}${n}`;
        try {
          // Decided once more after a lost race; then nothing of it may be there yet.
          await new CommitLog(store, clock).commit(by, (state) => {
            expect([...state.files.values()].map((file) => file.hash)).not.toContain(by);
            return change(by);
          });
          committed.add(by);
        } catch (error) {
          if (!(error instanceof InjectedFault)) throw error;
          failed += 1;
        }
      }
    };
    await Promise.all(['a', 'b', 'c'].map(committer));
    faults.on = false;
    await store.settle();
    const commits: Commit[] = await new CommitLog(memory, clock).commits();
    expect(commits.map(({ seq }) => seq)).toEqual(commits.map((_, i) => i + 1));
    const found = commits.map(({ by }) => by);
    expect(new Set(found).size).toBe(found.length);
    expect([...committed].filter((by) => !found.includes(by))).toEqual([]);
    expect((await new CommitLog(memory, clock).read()).files.size).toBe(found.length);
    told += committed.size;
  }
  expect(told).toBeGreaterThan(100);
  expect(failed).toBeGreaterThan(20);
});

test('a commit that came through without an answer is known for what it is', async () => {
  const memory = new MemoryStore();
  const answers: ((created: boolean) => boolean)[] = [
    () => {
      throw new Error('connection reset');
    },
    () => false,
    (created) => created,
  ];
  const store = new FaultyStore(memory, new Faults(1, 0));
  store.create = async (key, bytes) => answers.shift()!(await memory.create(key, bytes));
  const log = new CommitLog(store, clock);
  for (const by of ['a', 'b', 'c']) expect((await log.commit(by, () => change(by))).by).toBe(by);
  expect((await log.commits()).map(({ by }) => by)).toEqual(['a', 'b', 'c']);
});

test('a checkpoint that cannot be written takes nothing from the commit', async () => {
  const memory = new MemoryStore();
  const store = new FaultyStore(memory, new Faults(1, 0));
  store.create = async (key, bytes) => {
    if (key.startsWith('log/checkpoints/')) throw new Error('no space left');
    return memory.create(key, bytes);
  };
  const log = new CommitLog(store, clock);
  for (let n = 1; n <= 33; n++) expect((await log.commit(`r${n}`, () => change(`r${n}`))).seq).toBe(n);
  expect((await log.read()).seq).toBe(33);
});
