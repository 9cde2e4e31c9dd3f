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
  /** Percent of the records that the run judged, duplicates aside: over all or of an entity, whichever is more; undefined if it judged none. */
  readonly quarantineShare: number | undefined;
  /** Hours since the end of the newest day that any silver table has, at least 0; undefined if there is none. */
  readonly freshnessHours: number | undefined;
  readonly dollars: number;
}

const BALANCE_AUDITS = ['balance_holds', 'every_record_accounted_for'];
const DAY_MS = 86_400_000;

/** @param now milliseconds since 1970-01-01T00:00:00Z */
export function runFigures(report: RunReport, state: LedgerState, now: number): RunFigures {
  const rowsOf = (isMeant: (table: string) => boolean): number =>
    report.published.reduce((sum, { table, rows }) => sum + (isMeant(table) ? rows : 0), 0);
  const share = (bad: number, good: number): number[] => (bad + good === 0 ? [] : [(100 * bad) / (bad + good)]);
  const entities = report.published.flatMap(({ table }) => (table.startsWith('silver.') ? [table.slice(7)] : []));
  const shares = [
    // Over all, since what cannot be parsed has no entity.
    ...share(
      rowsOf((table) => table.startsWith('quarantine.')),
      rowsOf((table) => table.startsWith('silver.')),
    ),
    ...[...new Set(entities)].flatMap((entity) =>
      share(
        rowsOf((table) => table === `quarantine.${entity}`),
        rowsOf((table) => table === `silver.${entity}`),
      ),
    ),
  ];
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
    quarantineShare: shares.length === 0 ? undefined : Math.max(...shares),
    freshnessHours: days.length === 0 ? undefined : Math.max(0, (now - (newest + 1) * DAY_MS) / 3_600_000),
    dollars: report.dollars,
  };
}
