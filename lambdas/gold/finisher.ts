import type { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { type RunFigures, runFigures } from '../../core/steps/run-figures.ts';
import { RunFiles } from '../../core/steps/run-files.ts';
import { parseEvent } from '../parse-event.ts';
import { FINISH } from '../steps.ts';

interface Parts {
  readonly store: ObjectStore;
  readonly log: CommitLog;
  readonly clock: Clock;
  readonly onFigures: (figures: RunFigures) => void;
}

/** Audits found bad rows: their partitions are as they were. Everything else was published. */
class AuditFailed extends Error {
  override name = 'AuditFailed';
}

/** Statements could not be run. Everything else was published. */
class RunFailed extends Error {
  override name = 'RunFailed';
}

/**
 * Ends a run: measures it and, if something failed, fails the execution. Redriven after that, it asks for the whole loop again.
 */
export function finisher({ store, log, clock, onFigures }: Parts) {
  return async (event: unknown) => {
    const { run, redrives } = parseEvent(FINISH, event);
    const files = new RunFiles(store, run);
    const failedAt = await files.failedAt();
    if (failedAt !== undefined && redrives > failedAt) return { again: true };
    const report = await files.report();
    const figures = runFigures(report, await log.read(), Date.parse(clock()));
    onFigures(figures);
    const failure = failureOf(report);
    if (!failure) return { run, ...figures };
    await files.addFailure(redrives);
    throw failure;
  };
}

function failureOf({ run, errors, failures }: RunReport): Error | undefined {
  const remedy = `Everything else is published. Mend the data or the model and redrive the execution, or wait for the next run: it takes up just these. Details: runs/${run}/report.json in the warehouse, and docs/operations.md.`;
  const [error] = errors;
  if (error) {
    const days = `${error.dts[0]}..${error.dts.at(-1)}`;
    return new RunFailed(
      `run ${run}: ${errors.length} build${errors.length === 1 ? '' : 's'} failed, such as ${error.table} ${days}: ${error.message}. ${remedy}`,
    );
  }
  const [failure] = failures;
  if (failure) {
    return new AuditFailed(
      `run ${run}: ${failures.length} audit${failures.length === 1 ? '' : 's'} found bad rows, such as ${failure.audit} of ${failure.table} dt=${failure.dt} (${failure.badRows} rows). ${remedy}`,
    );
  }
  return undefined;
}
