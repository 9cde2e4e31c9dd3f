import type { Batch } from '../core/reconcile/batches.ts';
import type { Outcome } from '../core/reconcile/run.ts';
import { logger } from './telemetry.ts';

/** From now on, every line of this call says which table is built. A line about another table of the model names that one. */
export function logBatch({ model }: Batch): void {
  logger.appendKeys({ table: model });
}

/**
 * Logs what came of a batch, a line for each thing that failed: its table is in every line, rows of data in none. So neither
 * is what the engine said, which may quote a value: it is in the run's report.
 */
export function logOutcome({ versions, failures, errors, dollars }: Outcome): void {
  const tables = [...new Set(versions.map(({ table }) => table))].join(',');
  logger.info('built', { ...(tables ? { table: tables } : {}), partitions: versions.length, dollars });
  for (const { table, dt, audit, badRows } of failures) logger.error('audit failed', { table, dt, audit, badRows });
  for (const { table, dts } of errors) logger.error('not built', { table, dts });
}
