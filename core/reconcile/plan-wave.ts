import type { LedgerState } from '../ledger/state.ts';
import type { Project } from '../model/project.ts';
import { InputPins } from '../plan/pinned-inputs.ts';
import { type Plan, plan } from '../plan/plan.ts';
import type { Clock } from '../ports/clock.ts';
import { nextBatches, type Placement } from './batches.ts';
import type { Progress, Run, RunReport, Wave } from './run.ts';

export interface PlanWaveRequest {
  readonly project: Project;
  readonly state: LedgerState;
  readonly run: Run;
  readonly progress: Progress;
  readonly placement: Placement;
  readonly clock: Clock;
}

/** The next wave of a run, or its report if nothing that can be built is stale any more. */
export function planWave(
  request: PlanWaveRequest,
): { readonly plan: Plan } & (
  | { readonly wave: Wave; readonly report?: never }
  | { readonly wave?: never; readonly report: RunReport }
) {
  const { project, state, run, progress, placement, clock } = request;
  const { basis, release, scope, forceUpTo } = run;
  const found = plan({ project, state, basis, release, failed: new Set(progress.failed), scope, forceUpTo });
  if (found.ready.length === 0 && found.retire.length === 0)
    return { plan: found, report: report(run, progress, found) };
  const batches = nextBatches(found.ready, new InputPins(project, state, basis), placement);
  const wave: Wave = {
    run,
    number: progress.waves + 1,
    since: clock(),
    seq: state.seq,
    batches,
    retire: found.retire,
  };
  return { plan: found, wave };
}

function report({ id }: Run, { failed: _, ...done }: Progress, { waiting, ahead }: Plan): RunReport {
  const blocked = waiting
    .filter(({ on }) => on.blocked)
    .map(({ model, dt, on }) => ({ table: model.name, dt, on: { table: on.table, dt: on.dt } }));
  return { ...done, run: id, blocked, ahead };
}
