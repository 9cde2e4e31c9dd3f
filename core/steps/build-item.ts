import { isPassing } from '../errors.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import type { Project } from '../model/project.ts';
import { InputPins } from '../plan/pinned-inputs.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { QueryEngine } from '../ports/query-engine.ts';
import type { Batch } from '../reconcile/batches.ts';
import { buildBatch } from '../reconcile/build-batch.ts';
import type { Outcome } from '../reconcile/run.ts';
import type { RunFiles } from './run-files.ts';

export interface BuildItemRequest {
  readonly project: Project;
  readonly log: CommitLog;
  readonly store: ObjectStore;
  readonly engine: QueryEngine;
  readonly files: RunFiles;
  readonly wave: number;
  readonly batch: number;
  /** What tells this attempt from others at the same batch; empty for an engine that goes on where the last one was. */
  readonly suffix: string;
  /** What it has cost so far, by this engine. */
  readonly dollars: () => number;
  /** Told which batch it is, before it is built. */
  readonly onBatch: (batch: Batch) => void;
}

/**
 * Builds a batch of a wave and leaves its outcome for the publisher; once there, it is not built again.
 * @throws StillRunningError if it has to be called again to go on; what `isPassing`, to be tried again
 */
export async function buildItem(request: BuildItemRequest): Promise<Outcome> {
  const { project, log, store, engine, files, wave: number, batch: index, suffix, dollars, onBatch } = request;
  const before = await files.outcome(number, index);
  if (before) return before;
  const { run, seq, batches } = await files.wave(number);
  const batch = batches[index];
  if (!batch) throw new Error(`wave ${number} of run ${run.id} has no batch ${index}, only ${batches.length}`);
  onBatch(batch);
  const pins = new InputPins(project, await log.readAsOf(seq), run.basis);
  // After a failure that may pass, another attempt: Athena would answer the same one with the same failure.
  const tries = await files.tries(number, index);
  const attempt = `${run.id}-${number}.${index + 1}${tries > 0 ? `-t${tries}` : ''}${suffix}`;
  const built = await buildBatch({ project, engine, store, run, pins, batch, attempt, isRetried: isPassing }).catch(
    async (error) => {
      if (isPassing(error)) await files.addTry(number, index, tries + 1);
      throw error;
    },
  );
  const outcome = { ...built, dollars: dollars() };
  await files.addOutcome(number, index, outcome);
  return outcome;
}
