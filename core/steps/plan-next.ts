import type { CommitLog } from '../ledger/commit-log.ts';
import type { Project } from '../model/project.ts';
import type { Clock } from '../ports/clock.ts';
import type { Placement } from '../reconcile/batches.ts';
import { planWave } from '../reconcile/plan-wave.ts';
import type { Item, RunFiles } from './run-files.ts';

export interface PlanNextRequest {
  readonly project: Project;
  readonly log: CommitLog;
  readonly files: RunFiles;
  readonly clock: Clock;
  /** Of the code that plans. */
  readonly release: string;
  readonly placement: Placement;
  /** How many waves the run has published. */
  readonly waves: number;
}

export type Next =
  | { readonly done: true }
  | { readonly done: false; readonly wave: number; readonly items: readonly Item[]; readonly itemsKey: string };

/** Plans the next wave of a run, or writes its report if there is none. */
export async function planNext(request: PlanNextRequest): Promise<Next> {
  const { project, log, files, clock, release, placement, waves } = request;
  const run = { ...(await files.begun()), release };
  const progress = await files.progress(waves);
  const { wave: planned, report } = planWave({ project, state: await log.read(), run, progress, placement, clock });
  if (report) {
    await files.addReport(report);
    return { done: true };
  }
  const { number, batches } = await files.addWave(planned);
  const items = batches.map(({ engine }, batch) => ({ run: run.id, wave: number, batch, engine }));
  return { done: false, wave: number, items, itemsKey: await files.addItems(number, items) };
}
