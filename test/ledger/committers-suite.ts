import { describe, expect, it } from 'vitest';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { clock, commitsOf, fullFold } from './full-fold.ts';

/**
 * What a commit log promises to those who commit at once, on any store that keeps its promises.
 *
 * @param open gives a store that is empty and of its own
 * @param each how often each of them commits
 */
export function committersSuite(
  name: string,
  open: () => Promise<ObjectStore>,
  committers: number,
  each: number,
): void {
  describe(`Many committers at once, ${name}`, () => {
    it('lose nothing, number without gaps, and decide on the newest state', async () => {
      const store = await open();
      let decisions = 0;
      const worker = async (name: string): Promise<void> => {
        const log = new CommitLog(store, clock);
        for (let i = 0; i < each; i++) {
          let seen = -1;
          const after = await log.commit(name, (state) => {
            decisions += 1;
            expect(state.seq).toBeGreaterThan(seen);
            seen = state.seq;
            // A ticket that is right only if nobody else commits in between.
            const file = {
              hash: `ticket ${state.files.size}`,
              entity: name,
              name: `${i}`,
              ingestDate: '2026-01-01',
              records: 1,
            };
            return { files: [file] };
          });
          expect(after.seq).toBe(seen + 1);
        }
      };
      await Promise.all(Array.from({ length: committers }, (_, i) => worker(`w${i}`)));

      const total = committers * each;
      const commits = await commitsOf(store);
      expect(commits.map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
      expect(commits.map((commit) => commit.files![0]!.hash)).toEqual(commits.map((_, i) => `ticket ${i}`));
      for (let i = 0; i < committers; i++) {
        const mine = commits.filter(({ by }) => by === `w${i}`).map((commit) => commit.files![0]!.name);
        expect(mine).toEqual(Array.from({ length: each }, (_, n) => `${n}`));
      }
      expect(decisions, 'somebody lost a race and decided again').toBeGreaterThan(total);
      expect(await new CommitLog(store, clock).read()).toEqual(await fullFold(store));
    });
  });
}
