import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Commit } from '../../core/ledger/commit.ts';
import {
  applyCommit,
  emptyState,
  fileKey,
  type LedgerState,
  publishedPartition,
  readCheckpoint,
  writeCheckpoint,
} from '../../core/ledger/state.ts';
import { randomChange } from './random-changes.ts';

const history = fc.array(randomChange, { maxLength: 12 }).map((changes) =>
  changes.map(
    (change, i): Commit => ({
      format: 1,
      seq: i + 1,
      at: `2026-01-01T00:00:${10 + i}.000Z`,
      by: `run-${i % 3}`,
      ...change,
    }),
  ),
);

function fold(commits: readonly Commit[], state = emptyState()): LedgerState {
  for (const commit of commits) applyCommit(state, commit);
  return state;
}

describe('the state of the ledger', () => {
  it('says of each partition what the last commit about it says', () => {
    fc.assert(
      fc.property(history, (commits) => {
        const state = fold(commits);
        const named = commits.flatMap(({ publish = [], retire = [] }) => [...publish, ...retire]);
        for (const { table, dt } of named) {
          const about = ({ publish = [], retire = [] }: Change) =>
            [...publish, ...retire].some((each) => each.table === table && each.dt === dt);
          const last = commits.findLast(about)!;
          const isRetired = last.retire?.some((each) => each.table === table && each.dt === dt);
          const version = last.publish?.find((each) => each.table === table && each.dt === dt);
          const expected = isRetired ? undefined : { ...version, seq: last.seq, at: last.at };
          expect(publishedPartition(state, table, dt)).toEqual(expected);
        }
        const published = [...state.partitions.values()].flatMap((table) => [...table.values()]);
        expect(published.every(({ table, dt }) => named.some((each) => each.table === table && each.dt === dt))).toBe(
          true,
        );
      }),
    );
  });

  it('keeps every bronze object with the commit that listed it, and every ingested file', () => {
    fc.assert(
      fc.property(history, (commits) => {
        const state = fold(commits);
        const listed = commits.flatMap(({ seq, bronze = [] }) => bronze.map((object) => ({ ...object, seq })));
        expect([...state.bronze.keys()].sort()).toEqual([...new Set(listed.map(({ entity }) => entity))].sort());
        for (const [entity, objects] of state.bronze)
          expect(objects).toEqual(listed.filter((object) => object.entity === entity));
        const files = commits.flatMap((commit) => commit.files ?? []);
        expect([...state.files.keys()].sort()).toEqual([...new Set(files.map(fileKey))].sort());
        for (const [key, file] of state.files) expect(file).toEqual(files.findLast((each) => fileKey(each) === key));
      }),
    );
  });

  it('is the same from a checkpoint and the commits after it', () => {
    fc.assert(
      fc.property(history, fc.nat(12), (commits, at) => {
        const checkpoint = writeCheckpoint(fold(commits.slice(0, at)));
        expect(fold(commits.slice(at), readCheckpoint(checkpoint))).toEqual(fold(commits));
        expect(writeCheckpoint(readCheckpoint(checkpoint))).toBe(checkpoint);
      }),
    );
  });

  it('refuses a commit out of turn', () => {
    const state = emptyState();
    const commit: Commit = { format: 1, seq: 2, at: '', by: 'run' };
    expect(() => applyCommit(state, commit)).toThrow('commit 2 does not follow 0');
    expect(state).toEqual(emptyState());
  });

  it('tells a file ingested as CloudEvents from the same file ingested as an entity', () => {
    const file = { hash: 'h', ingestDate: '2026-01-01' };
    expect(fileKey({ ...file, entity: null })).not.toBe(fileKey({ ...file, entity: 'a' }));
  });

  it('tells a file from itself on another day only if its records have no day of their own', () => {
    const file = { entity: 'a', hash: 'h', ingestDate: '2026-01-01' };
    const later = { ...file, ingestDate: '2026-01-02' };
    expect(fileKey(file)).toBe(fileKey(later));
    expect(fileKey({ ...file, dated: 'arrival' })).not.toBe(fileKey({ ...later, dated: 'arrival' }));
  });
});
