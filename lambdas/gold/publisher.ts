import type { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Project } from '../../core/model/project.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { publishBuilt } from '../../core/steps/publish-built.ts';
import { RunFiles } from '../../core/steps/run-files.ts';
import { parseEvent } from '../parse-event.ts';
import { PUBLISH } from '../steps.ts';

interface Parts {
  readonly project: Project;
  readonly store: ObjectStore;
  readonly log: CommitLog;
  readonly clock: Clock;
  /** Makes the catalog show what is published of these tables. */
  readonly show: (tables: readonly string[]) => Promise<unknown>;
}

/** Publishes a wave and shows it in the catalog. */
export function publisher({ project, store, log, clock, show }: Parts) {
  return async (event: unknown) => {
    const { run, wave, concurrency, results } = parseEvent(PUBLISH, event);
    const crashes = new Map<number, string>();
    for (const { batch, error } of results ?? []) if (error !== undefined) crashes.set(batch, error);
    const files = new RunFiles(store, run);
    await publishBuilt({ project, log, files, clock, wave, crashes });
    const { batches, retire } = await files.wave(wave);
    const written = batches.flatMap(({ model }) => project.tables.get(model)!.model.outputs.map(({ table }) => table));
    await show([...new Set([...written, ...retire.map(({ table }) => table)])]);
    return { run, wave, concurrency };
  };
}
