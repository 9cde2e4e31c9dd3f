import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DirectoryStore } from '../adapters/local/directory-store.ts';
import { DuckDbEngine } from '../adapters/local/duckdb-engine.ts';
import { type LoadedProject, loadProject } from '../adapters/local/project-files.ts';
import { UsageError } from '../core/errors.ts';
import { CommitLog } from '../core/ledger/commit-log.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';

/** What a command is started with. */
export interface Start {
  readonly argv: readonly string[];
  /** The folder of the checkout: contracts, SQL and dist/ are below it. */
  readonly root: string;
  readonly version: string;
  /** When the code was built (ISO 8601). */
  readonly release: string;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly warehouse?: string;
}

/** Everything a command works with, on this machine. */
export interface Context {
  readonly warehouse: string;
  readonly release: string;
  readonly clock: Clock;
  readonly store: ObjectStore;
  readonly log: CommitLog;
  readonly engine: DuckDbEngine;
  readonly project: LoadedProject;
}

const clock: Clock = () => new Date().toISOString();

/** @param mustExist the command only reads: a warehouse that is not there is a mistake. */
export async function openContext(
  start: Start,
  options: GlobalOptions,
  { mustExist }: { mustExist: boolean },
): Promise<Context> {
  const warehouse = resolve(options.warehouse ?? process.env.SLUICE_WAREHOUSE ?? 'warehouse');
  if (mustExist && !existsSync(join(warehouse, 'log'))) {
    throw new UsageError(
      `there is no warehouse at ${warehouse}: make one by \`sluice ingest PATH\`, or name another by --warehouse DIR or SLUICE_WAREHOUSE`,
    );
  }
  const project = await loadProject({ contracts: join(start.root, 'dist', 'contracts'), sql: join(start.root, 'sql') });
  const store = new DirectoryStore(warehouse);
  const memory = process.env.SLUICE_MEMORY;
  return {
    warehouse,
    release: start.release,
    clock,
    store,
    log: new CommitLog(store, clock),
    engine: new DuckDbEngine({ root: warehouse, prelude: project.prelude, ...(memory ? { memory } : {}) }),
    project,
  };
}

/** An id for a run or a load: its time, for people, and chance, so that no two are alike. */
export function newId(now: string): string {
  return `${now.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', 't')}-${randomBytes(4).toString('hex')}`;
}
