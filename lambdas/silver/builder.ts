import { StillRunningError } from '../../core/errors.ts';
import type { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Project } from '../../core/model/project.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { QueryEngine } from '../../core/ports/query-engine.ts';
import type { Batch } from '../../core/reconcile/batches.ts';
import type { Outcome } from '../../core/reconcile/run.ts';
import { buildItem } from '../../core/steps/build-item.ts';
import { RunFiles } from '../../core/steps/run-files.ts';
import { parseEvent } from '../parse-event.ts';
import { BUILD } from '../steps.ts';

interface Parts {
  readonly project: Project;
  readonly store: ObjectStore;
  readonly log: CommitLog;
  readonly engine: QueryEngine;
  /** What tells attempts at the same batch apart; empty for an engine that goes on where the last attempt was. */
  readonly suffix: () => string;
  /** What this engine has cost since it was made. */
  readonly dollars: () => number;
  /** Told which batch it is, before it is built. */
  readonly onBatch: (batch: Batch) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Builds one batch of a wave by one engine. Not done: the engine goes on by itself, call again. */
export function builder({ project, store, log, engine, suffix, dollars, onBatch, onOutcome }: Parts) {
  return async (event: unknown) => {
    const { run, wave, batch } = parseEvent(BUILD, event);
    const files = new RunFiles(store, run);
    try {
      const item = { project, store, log, engine, files, wave, batch, suffix: suffix(), dollars, onBatch };
      onOutcome(await buildItem(item));
      return { run, wave, batch, done: true };
    } catch (error) {
      if (!(error instanceof StillRunningError)) throw error;
      return { run, wave, batch, done: false };
    }
  };
}
