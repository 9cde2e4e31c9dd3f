import { mergeIn } from '../adapters/local/merge-objects.ts';
import type { Scope } from '../core/plan/scope.ts';
import { reconcile } from '../core/reconcile/reconcile.ts';
import type { RunReport } from '../core/reconcile/run.ts';
import { takeUp } from '../core/reconcile/take-up.ts';
import { type Context, newId } from './context.ts';
import { EXIT, ExitError } from './exit.ts';
import { ProgressLine } from './output/progress.ts';
import { problemText, reportJson, reportText } from './output/run-report.ts';
import { countText, durationText, plural } from './output/sizes.ts';

export interface ReconcileOptions {
  readonly scope?: Scope | undefined;
  /** Rebuild what the scope names if it was published up to this commit. */
  readonly forceUpTo?: number | undefined;
}

/** Runs the loop on this machine, with progress on the terminal. */
export async function reconcileHere(context: Context, { scope, forceUpTo }: ReconcileOptions): Promise<RunReport> {
  const { clock, engine, log, project, release, store } = context;
  const progress = new ProgressLine();
  const run = newId(clock());
  const compaction = { merge: mergeIn(context.warehouse), onFailure: sayUnmerged };
  const moved = await takeUp({ log, store, contracts: project.contracts, clock, by: run, compaction });
  if (moved > 0) process.stderr.write(`${plural(moved, 'record')} dated anew, by the contracts as they are now.\n`);
  const started = Date.parse(clock());
  let done = 0;
  let left = 0;
  const report = await reconcile({
    ...{ project, log, engine, clock, run, release, scope, forceUpTo },
    onEvent: (event) => {
      if (event.kind === 'planned') left = event.plan.ready.length + event.plan.waiting.length;
      else if (event.kind === 'building') {
        const { model, targets } = event.batch;
        const elapsed = Date.parse(clock()) - started;
        const eta = done > 0 ? `, at most ${durationText((elapsed / done) * left)} left` : '';
        progress.show(
          `${countText(done)} of ${countText(done + left)} built${eta}; ${model} ${targets[0]!.dt}..${targets.at(-1)!.dt}`,
        );
      } else {
        done += event.batch.targets.length;
        left -= event.batch.targets.length;
      }
    },
  });
  progress.clear();
  return report;
}

function sayUnmerged(error: unknown): void {
  process.stderr.write(
    `Small objects were not merged, which makes the run slower and nothing else: ${(error as Error).message}\n`,
  );
}

/**
 * Prints what a run did: its report on standard output, its problems on standard error.
 * @throws ExitError if something failed
 */
export function printReport(report: RunReport, format: string): void {
  process.stdout.write(format === 'json' ? `${JSON.stringify(reportJson(report))}\n` : reportText(report));
  process.stderr.write(problemText(report));
  if (report.errors.length > 0) throw new ExitError(EXIT.failed);
  if (report.failures.length > 0) throw new ExitError(EXIT.auditFailed);
}
