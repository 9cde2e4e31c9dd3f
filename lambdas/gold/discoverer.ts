import type { LoadedProject } from '../../adapters/local/project-files.ts';
import type { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { MergeObjects } from '../../core/ports/merge-objects.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { beginRun } from '../../core/steps/begin-run.ts';
import { runIdOf } from '../../core/steps/run-id.ts';
import { parseEvent } from '../parse-event.ts';
import { DISCOVER } from '../steps.ts';

interface Parts {
  readonly project: LoadedProject;
  readonly store: ObjectStore;
  readonly log: CommitLog;
  readonly clock: Clock;
  readonly merge: MergeObjects;
  /** Whether another merge may begin. */
  readonly hasTime: () => boolean;
  /** Makes the catalog show what the log says, also what a run that died between the two has left. */
  readonly repair: () => Promise<unknown>;
  readonly onUnmerged: (error: unknown) => void;
  readonly onUnshown: (error: unknown) => void;
  readonly onMoved: (records: number) => void;
}

/** Begins a run. */
export function discoverer({ project, merge, hasTime, repair, onUnmerged, onUnshown, onMoved, ...parts }: Parts) {
  return async (event: unknown) => {
    const { execution, startedAt, redrives, input } = parseEvent(DISCOVER, event);
    const { from, to, tables, force, concurrency } = input;
    const run = runIdOf(execution, startedAt, redrives);
    const scope = (from ?? to ?? tables) ? { from, to, tables } : undefined;
    const { contracts } = project;
    const compaction = { merge, hasTime, onFailure: onUnmerged };
    onMoved(await beginRun({ ...parts, project, contracts, by: run, scope, force, compaction }));
    // With what was just taken up: readers of bronze see it before it is built.
    // The catalog is a projection: what it lacks is no reason to build nothing. Each wave shows what it publishes, or fails.
    await repair().catch(onUnshown);
    return { run, wave: 0, concurrency };
  };
}
