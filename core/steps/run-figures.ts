import { dayNumber } from '../dates.ts';
import type { LedgerState } from '../ledger/state.ts';
import type { RunReport } from '../reconcile/run.ts';

/** What is measured of every run. */
export interface RunFigures {
  /** Partitions. */
  readonly published: number;
  readonly failed: number;
  readonly blocked: number;
  readonly auditFailures: number;
  /** Days on which a record is neither accepted nor quarantined nor a duplicate, or counted otherwise by its writer. */
  readonly balanceBroken: number;
  /** Percent of the records that the run judged, duplicates aside; undefined if it judged none. */
  readonly quarantineShare: number | undefined;
  /** Hours since the end of the newest day that any silver table has, at least 0; undefined if there is none. */
  readonly freshnessHours: number | undefined;
  readonly dollars: number;
}

const BALANCE_AUDITS = ['balance_holds', 'every_record_accounted_for'];
const DAY_MS = 86_400_000;

/** @param now milliseconds since 1970-01-01T00:00:00Z */
export function runFigures(report: RunReport, state: LedgerState, now: number): RunFigures {
  const rowsOf = (layer: string): number =>
    report.published.reduce((sum, { table, rows }) => sum + (table.startsWith(`${layer}.`) ? rows : 0), 0);
  const [accepted, quarantined] = [rowsOf('silver'), rowsOf('quarantine')];
  const judged = accepted + quarantined;
  const days = [...state.partitions]
    .filter(([table]) => table.startsWith('silver.'))
    .flatMap(([, versions]) => [...versions.keys()].map(dayNumber));
  const newest = days.reduce((last, day) => Math.max(last, day), Number.NEGATIVE_INFINITY);
  return {
    published: report.published.length,
    failed: new Set([
      ...report.failures.map(({ table, dt }) => `${table} ${dt}`),
      ...report.errors.flatMap(({ table, dts }) => dts.map((dt) => `${table} ${dt}`)),
    ]).size,
    blocked: report.blocked.length,
    auditFailures: report.failures.length,
    balanceBroken: report.failures.filter(({ audit }) => BALANCE_AUDITS.includes(audit)).length,
    quarantineShare: judged === 0 ? undefined : (100 * quarantined) / judged,
    freshnessHours: days.length === 0 ? undefined : Math.max(0, (now - (newest + 1) * DAY_MS) / 3_600_000),
    dollars: report.dollars,
  };
}
