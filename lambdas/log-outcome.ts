import type { Outcome } from '../core/reconcile/run.ts';
import { logger } from './telemetry.ts';

/** Logs what came of a batch, a line for each thing that failed: its table is in every line, rows of data in none. */
export function logOutcome({ versions, failures, errors, dollars }: Outcome): void {
  const tables = [...new Set(versions.map(({ table }) => table))].join(',');
  logger.info('built', { table: tables, partitions: versions.length, dollars });
  for (const { table, dt, audit, badRows } of failures) logger.error('audit failed', { table, dt, audit, badRows });
  for (const { table, dts, message } of errors) logger.error('not built', { table, dts, message });
}
