import type { PartitionName, PartitionVersion } from '../ledger/commit.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import { giveUpIfLate } from '../ledger/give-up.ts';
import { type LedgerState, publishedPartition } from '../ledger/state.ts';
import type { Project } from '../model/project.ts';
import { isAhead } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { Outcome, Progress, Wave } from './run.ts';

export interface PublishRequest {
  readonly project: Project;
  readonly log: CommitLog;
  readonly clock: Clock;
  readonly wave: Wave;
  readonly outcomes: readonly Outcome[];
  /** Before this wave. */
  readonly progress: Progress;
}

/**
 * Publishes what a wave has built, by one commit. Called again after a crash, it finds its own commit and adds none.
 * Returns the state after it and what the run has done by then.
 *
 * @throws TooLateError if the wave took so long, by its builds or asleep, that what it wrote must not be published any more
 */
export async function publishWave(
  request: PublishRequest,
): Promise<{ readonly state: LedgerState; readonly progress: Progress }> {
  const { project, log, clock, wave, outcomes, progress } = request;
  const { id, release, basis } = wave.run;
  const versions = outcomes.flatMap((outcome) => outcome.versions);
  let visible: Progress['published'] = [];
  let retired: readonly PartitionName[] = [];
  const state = await log.commit(id, (current) => {
    giveUpIfLate(clock, wave.since, `wave ${wave.number} of run ${id}`);
    // Who commits last does not win: what newer code, or a newer view of bronze, has published stays.
    const isFree = ({ table, dt }: PartitionName): boolean =>
      !isAhead(project.tables.get(table)!.model, dt, { state: current, release, basis });
    const publish = versions.filter((version) => isFree(version) && !isThere(current, version));
    const retire = wave.retire.filter(isFree);
    visible = versions.flatMap((version) => {
      const before = publishedPartition(current, version.table, version.dt);
      if (!publish.includes(version) && before?.run !== id) return [];
      const { table, dt, rows, checksum } = version;
      return [{ table, dt, rows, changed: before?.checksum !== checksum }];
    });
    retired = retire;
    // What is gone already need not be retired again.
    const present = retire.filter(({ table, dt }) => publishedPartition(current, table, dt) !== undefined);
    return publish.length > 0 || present.length > 0 ? { publish, retire: present } : undefined;
  });
  return {
    state,
    progress: {
      waves: wave.number,
      failed: [...progress.failed, ...outcomes.flatMap(({ failed }) => failed)],
      published: [...progress.published, ...visible],
      retired: [...progress.retired, ...retired],
      failures: [...progress.failures, ...outcomes.flatMap(({ failures }) => failures)],
      errors: [...progress.errors, ...outcomes.flatMap(({ errors }) => errors)],
      dollars: outcomes.reduce((sum, outcome) => sum + outcome.dollars, progress.dollars),
    },
  };
}

/** Whether another run, or this one before it was called again, has published the same: the same code over the same inputs. */
function isThere(state: LedgerState, version: PartitionVersion): boolean {
  const current = publishedPartition(state, version.table, version.dt);
  return (
    current !== undefined &&
    current.seq > version.basis &&
    current.inputDigest === version.inputDigest &&
    current.codeDigest === version.codeDigest
  );
}
