import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BronzeObject } from '../../core/bronze/bronze-object.ts';
import type { Commit } from '../../core/ledger/commit.ts';
import { garbage } from '../../core/ledger/garbage.ts';
import { applyCommit, emptyState, type LedgerState, readCheckpoint, writeCheckpoint } from '../../core/ledger/state.ts';
import { bronzeAsOf } from '../../core/plan/bronze-index.ts';

function object(key: string, dating: string): BronzeObject {
  const date = { ingestDate: '2026-01-02', eventDate: 'unknown' };
  return { key, entity: key[0]!, ...date, rows: 1, bytes: 1, dating };
}

/** What a commit does to some of eight keys: lists those that are not there, removes or lists again those that are. */
const step = fc.uniqueArray(fc.record({ key: fc.nat(7), again: fc.boolean() }), {
  selector: ({ key }) => key,
  maxLength: 5,
});

/** Commits, and after each of them what is there: key to dating. Keys that are gone never come back. */
const story = fc.array(step, { maxLength: 10 }).map((steps) => {
  const commits: Commit[] = [];
  const after: ReadonlyMap<string, string>[] = [new Map()];
  const names = new Map<number, string>();
  for (const [n, changes] of steps.entries()) {
    const now = new Map(after.at(-1));
    const bronze: BronzeObject[] = [];
    const removed: string[] = [];
    for (const { key, again } of changes) {
      const present = names.get(key);
      if (present !== undefined) removed.push(present);
      if (present !== undefined && !again) {
        names.delete(key);
        now.delete(present);
        continue;
      }
      const name = present ?? `${'ab'[key % 2]}${key} of ${n}`;
      names.set(key, name);
      now.set(name, `rules ${n}`);
      bronze.push(object(name, `rules ${n}`));
    }
    const at = new Date(Date.UTC(2026, 0, n + 1)).toISOString();
    commits.push({ format: 1, seq: n + 1, at, by: `run-${n}`, bronze, removed });
    after.push(now);
  }
  return { commits, after };
});

function fold(commits: readonly Commit[], state = emptyState()): LedgerState {
  for (const commit of commits) applyCommit(state, commit);
  return state;
}

function listed(bronze: ReadonlyMap<string, readonly BronzeObject[]>): string[] {
  return [...bronze.values()]
    .flat()
    .map(({ key }) => key)
    .sort();
}

describe('bronze objects that others replace', () => {
  it('are gone from the state; one listed again stays, with what is new of it', () => {
    fc.assert(
      fc.property(story, ({ commits, after }) => {
        const { bronze } = fold(commits);
        const now = [...bronze.values()].flat().map(({ key, dating }): [string, string] => [key, dating!]);
        expect(new Map(now)).toEqual(after.at(-1));
        expect(now).toHaveLength(after.at(-1)!.size);
        for (const [entity, objects] of bronze)
          expect(new Set(objects.map((each) => each.entity))).toEqual(new Set([entity]));
      }),
    );
  });

  it('are seen by a run that began before, whatever is committed after', () => {
    fc.assert(
      fc.property(story, ({ commits, after }) => {
        const state = fold(commits);
        for (const [basis, then] of after.entries())
          expect(listed(bronzeAsOf(state, basis))).toEqual([...then.keys()].sort());
      }),
    );
  });

  it('are remembered by a checkpoint', () => {
    fc.assert(
      fc.property(story, fc.nat(10), ({ commits }, at) => {
        const state = fold(commits.slice(at), readCheckpoint(writeCheckpoint(fold(commits.slice(0, at)))));
        expect(state).toEqual(fold(commits));
      }),
    );
  });

  it('are garbage when the retention is over since they were removed, those of the stream too, and no others are', () => {
    const key = (name: string) => `bronze/entity=a/ingest_date=2026-01-02/event_date=unknown/${name}.parquet`;
    const [stream, kept, redated] = ['stream-s-1-2-2', 'stream-s-3-4-2', 'redated-run-1'].map(key) as [
      string,
      string,
      string,
    ];
    const day = (n: number) => Date.UTC(2026, 0, n);
    const at = (n: number) => new Date(day(n)).toISOString();
    const commits: Commit[] = [
      { format: 1, seq: 1, at: at(1), by: 'x', bronze: [stream, kept].map((name) => object(name, 'one')) },
      {
        format: 1,
        seq: 2,
        at: at(10),
        by: 'y',
        bronze: [redated, kept].map((name) => object(name, 'two')),
        removed: [stream, kept],
      },
    ];
    const objects = [stream, kept, redated].map((name) => ({ key: name, bytes: 1, modifiedAt: day(1) }));
    const found = (now: number) =>
      garbage({
        commits,
        state: emptyState(),
        absorbed: new Map(),
        objects,
        now: day(now),
        retentionMs: 7 * 86_400_000,
      }).map((each) => each.key);
    expect(found(17)).toEqual([]);
    expect(found(18)).toEqual([stream]);
    expect(found(300)).toEqual([stream]);
  });
});
