import { mergeIn } from '../../adapters/local/merge-objects.ts';
import { reconcile } from '../../core/reconcile/reconcile.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { takeUp } from '../../core/reconcile/take-up.ts';
import { newId, type ReconcileOptions } from '../context.ts';
import { ProgressLine } from '../output/progress.ts';
import { countText, durationText, plural } from '../output/sizes.ts';
import type { LocalContext } from './local-context.ts';

/** Runs the loop on this machine, with progress on the terminal. */
export async function reconcileHere(context: LocalContext, { scope, forceUpTo }: ReconcileOptions): Promise<RunReport> {
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
    ...{ project, log, store, engine, clock, run, release, scope, forceUpTo },
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
