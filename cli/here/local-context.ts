import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import { loadProject } from '../../adapters/local/project-files.ts';
import { UsageError } from '../../core/errors.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Context, type GlobalOptions, type Start, targetOf } from '../context.ts';
import { askHere } from './ask-here.ts';
import { reconcileHere } from './reconcile-here.ts';

/** A warehouse in a directory of this machine. */
export interface LocalContext extends Context {
  readonly warehouse: string;
  readonly engine: DuckDbEngine;
}

const clock: Clock = () => new Date().toISOString();

/** @param mustExist the command only reads: a warehouse that is not there is a mistake. */
export async function openLocalContext(
  start: Start,
  options: GlobalOptions,
  { mustExist, onAws }: { mustExist: boolean /** What to do instead with a warehouse on AWS. */; onAws?: string },
): Promise<LocalContext> {
  if (onAws !== undefined && targetOf(options) === 'aws')
    throw new UsageError(`this is for a warehouse on this machine only. ${onAws}`);
  const warehouse = resolve(options.warehouse ?? process.env.SLUICE_WAREHOUSE ?? 'warehouse');
  if (mustExist && !existsSync(join(warehouse, 'log'))) {
    throw new UsageError(
      `there is no warehouse at ${warehouse}: make one by \`sluice ingest PATH\`, or name another by --warehouse DIR or SLUICE_WAREHOUSE`,
    );
  }
  const project = await loadProject({ contracts: join(start.root, 'dist', 'contracts'), sql: join(start.root, 'sql') });
  const store = new DirectoryStore(warehouse);
  const memory = process.env.SLUICE_MEMORY;
  const engine = new DuckDbEngine({ root: warehouse, prelude: project.prelude, ...(memory ? { memory } : {}) });
  const context: LocalContext = {
    ...{ warehouse, where: warehouse, release: start.release, clock, store, engine, project },
    log: new CommitLog(store, clock),
    ask: (sql, asOf) => askHere(context, sql, asOf),
    reconcile: (asked) => reconcileHere(context, asked),
    show: async () => {},
    close: () => engine.close(),
  };
  return context;
}
