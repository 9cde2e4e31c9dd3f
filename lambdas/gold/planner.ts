import type { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Project } from '../../core/model/project.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { Placement } from '../../core/reconcile/batches.ts';
import { planNext } from '../../core/steps/plan-next.ts';
import { RunFiles } from '../../core/steps/run-files.ts';
import { parseEvent } from '../parse-event.ts';
import { STEP } from '../steps.ts';

interface Parts {
  readonly project: Project;
  readonly store: ObjectStore;
  readonly log: CommitLog;
  readonly clock: Clock;
  readonly placement: Placement;
  /** When this code was deployed (ISO 8601). */
  readonly release: () => Promise<string>;
  /** The bucket of the store. */
  readonly bucket: string;
}

/** As many items fit into the state, and into one inline map. */
const MOST_INLINE = 40;
/** Each inline item leaves a dozen events in the history of the execution, which ends it at 25,000: of a long run, children do. */
const INLINE_WAVES = 20;

/** Plans the next wave of a run. */
export function planner({ project, store, log, clock, placement, release, bucket }: Parts) {
  return async (event: unknown) => {
    const { run, wave: waves, concurrency } = parseEvent(STEP, event);
    const files = new RunFiles(store, run);
    const next = await planNext({ project, log, files, clock, release: await release(), placement, waves });
    if (next.done) return { run, wave: waves, concurrency, done: true };
    const { wave, items, itemsKey } = next;
    const inline = items.length <= MOST_INLINE && wave <= INLINE_WAVES;
    const shown = inline ? { items } : {};
    return { run, wave, concurrency, done: false, batches: items.length, inline, ...shown, bucket, itemsKey };
  };
}
