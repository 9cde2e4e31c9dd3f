import type { Contract } from '../../core/contract/contract.ts';
import type { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Project } from '../../core/model/project.ts';
import type { Scope } from '../../core/plan/scope.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { QueryEngine } from '../../core/ports/query-engine.ts';
import { HERE, type Placement } from '../../core/reconcile/batches.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { beginRun } from '../../core/steps/begin-run.ts';
import { buildItem } from '../../core/steps/build-item.ts';
import { planNext } from '../../core/steps/plan-next.ts';
import { publishBuilt } from '../../core/steps/publish-built.ts';
import { RunFiles } from '../../core/steps/run-files.ts';

export interface Parts {
  readonly project: Project;
  readonly store: ObjectStore;
  readonly log: CommitLog;
  readonly clock: Clock;
  /** By the name that a batch has of it. */
  readonly engines: { readonly duckdb: QueryEngine; readonly athena: QueryEngine };
  readonly placement?: Placement;
  readonly release?: string;
  readonly contracts?: readonly Contract[];
}

/** What goes wrong: each step asks, under its name, how often it is done over. */
export type Trouble = (step: string) => 'none' | 'again' | 'lost';

/** Does the steps of a run in the order of the state machine, each as if in a process of its own. */
export async function runSteps(
  parts: Parts,
  run: string,
  options: {
    scope?: Scope;
    force?: boolean;
    trouble?: Trouble;
    /** What builders know, if they are not of the same release as the planner. */
    builders?: Project;
  } = {},
): Promise<RunReport> {
  const { scope, force = false, trouble = () => 'none', builders = parts.project } = options;
  const { project, store, log, clock, engines, placement = HERE, release = '2026-01-01', contracts = [] } = parts;
  const files = () => new RunFiles(store, run);
  const merge = () => Promise.reject(new Error('there is nothing to merge here'));
  const request = { project, store, log, clock, by: run, scope, force, contracts, compaction: { merge } };
  await twiceIf(trouble('begin'), () => beginRun(request));
  for (let waves = 0; ; ) {
    const next = await twiceIf(trouble('plan'), () =>
      planNext({ project, log, files: files(), clock, release, placement, waves }),
    );
    if (next.done) return files().report();
    const crashes = new Map<number, string>();
    for (const { wave, batch, engine } of next.items) {
      const problem = trouble('build');
      let attempt = 0;
      if (problem === 'lost') crashes.set(batch, 'it was shot');
      else
        await twiceIf(problem, () => {
          const suffix = `-${++attempt}`;
          const engineOf = engines[engine];
          return buildItem({
            project: builders,
            store,
            log,
            engine: engineOf,
            files: files(),
            wave,
            batch,
            suffix,
            dollars: () => 0.5,
            onBatch: () => {},
          });
        });
    }
    await twiceIf(trouble('publish'), () =>
      publishBuilt({ project, log, files: files(), clock, wave: next.wave, crashes }),
    );
    waves = next.wave;
  }
}

async function twiceIf<T>(problem: ReturnType<Trouble>, step: () => Promise<T>): Promise<T> {
  if (problem === 'again') await step();
  return step();
}
