import { atOnce } from '../at-once.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import type { Project } from '../model/project.ts';
import { InputPins } from '../plan/pinned-inputs.ts';
import type { Plan } from '../plan/plan.ts';
import type { Scope } from '../plan/scope.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { QueryEngine } from '../ports/query-engine.ts';
import { type Batch, HERE } from './batches.ts';
import { buildBatch } from './build-batch.ts';
import { planWave } from './plan-wave.ts';
import { publishWave } from './publish-wave.ts';
import { NO_PROGRESS, type Progress, type Run, type RunReport } from './run.ts';

export interface RunRequest {
  readonly project: Project;
  readonly log: CommitLog;
  /** Of the warehouse. */
  readonly store: ObjectStore;
  readonly engine: QueryEngine;
  readonly clock: Clock;
  /** Unique to this run; part of every location it writes. */
  readonly run: string;
  readonly release: string;
  readonly scope?: Scope | undefined;
  /** Rebuild what the scope names, even if it is not stale, where it was published up to this commit. */
  readonly forceUpTo?: number | undefined;
  /** How many batches are built at the same time; 1 if absent, which an engine on this machine fills its processors with. */
  readonly batchesAtOnce?: number;
  readonly onEvent?: (event: RunEvent) => void;
}

export type RunEvent =
  | { readonly kind: 'planned'; readonly wave: number; readonly plan: Plan }
  | { readonly kind: 'building'; readonly batch: Batch }
  | { readonly kind: 'built'; readonly batch: Batch; readonly failed: number };

/**
 * Plan → build → audit → publish in one process, until nothing that can be built is stale. The run sees bronze as it is when
 * the run starts. Each wave is one commit. A partition whose build or audit failed is not tried again in this run, and what
 * reads it is left as it is; everything else goes on. (On AWS a state machine calls the same steps.)
 *
 * @throws TooLateError if a wave took so long, by its builds or asleep, that what it wrote must not be published any more
 */
export async function reconcile(request: RunRequest): Promise<RunReport> {
  const { project, log, store, engine, clock, release, scope, forceUpTo } = request;
  let state = await log.read();
  let progress: Progress = NO_PROGRESS;
  const run: Run = { id: request.run, release, basis: state.seq, scope, forceUpTo };
  for (;;) {
    const { plan, wave, report } = planWave({ project, state, run, progress, placement: HERE, clock });
    request.onEvent?.({ kind: 'planned', wave: progress.waves + 1, plan });
    if (report) return report;
    const pins = new InputPins(project, state, run.basis);
    const numbered = wave.batches.map((batch, index) => ({ batch, attempt: `${run.id}-${wave.number}.${index + 1}` }));
    const outcomes = await atOnce(request.batchesAtOnce ?? 1, numbered, async ({ batch, attempt }) => {
      request.onEvent?.({ kind: 'building', batch });
      const outcome = await buildBatch({ project, engine, store, run, pins, batch, attempt });
      request.onEvent?.({ kind: 'built', batch, failed: outcome.failed.length });
      return outcome;
    });
    ({ state, progress } = await publishWave({ project, log, clock, wave, outcomes, progress }));
  }
}
