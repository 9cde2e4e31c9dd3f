import { atOnce } from '../at-once.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import type { Project } from '../model/project.ts';
import type { Clock } from '../ports/clock.ts';
import { failed } from '../reconcile/build-batch.ts';
import { publishWave } from '../reconcile/publish-wave.ts';
import type { Outcome, Progress } from '../reconcile/run.ts';
import type { RunFiles } from './run-files.ts';

const READS_AT_ONCE = 32;

export interface PublishBuiltRequest {
  readonly project: Project;
  readonly log: CommitLog;
  readonly files: RunFiles;
  readonly clock: Clock;
  readonly wave: number;
  /** Why batches have no outcome, by their index, as far as it is known. */
  readonly crashes: ReadonlyMap<number, string>;
}

/**
 * Publishes what the builds of a wave have left; a build that left nothing has failed. Returns what the run has done by then.
 * @throws TooLateError
 */
export async function publishBuilt(request: PublishBuiltRequest): Promise<Progress> {
  const { project, log, files, clock, wave: number, crashes } = request;
  const wave = await files.wave(number);
  const outcomes = await atOnce(
    READS_AT_ONCE,
    [...wave.batches.entries()],
    async ([index, batch]): Promise<Outcome> => {
      const why = crashes.get(index) ?? 'its process ended without a word; the log of the build says more';
      return (await files.outcome(number, index)) ?? failed(batch, new Error(`the build came to no end: ${why}`));
    },
  );
  const before = await files.progress(number - 1);
  const { progress } = await publishWave({ project, log, clock, wave, outcomes, progress: before });
  await files.addProgress(progress);
  return progress;
}
