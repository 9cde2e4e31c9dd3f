import { UNKNOWN_DATE } from '../bronze/bronze-object.ts';
import { dayNumber } from '../dates.ts';
import type { LedgerState } from '../ledger/state.ts';
import type { Project } from '../model/project.ts';
import { silverDay } from './bronze-index.ts';
import { domains } from './domain.ts';

/** Records dated after the last day of the domain: kept in bronze, taken up when that day comes. */
export interface PendingRecords {
  readonly entity: string;
  readonly eventDate: string;
  readonly rows: number;
}

export function bronzePending(project: Project, state: LedgerState): PendingRecords[] {
  const ranges = domains(project, state.bronze);
  const pending = new Map<string, PendingRecords>();
  const counted = new Set<string>();
  for (const model of project.models) {
    for (const { table } of model.inputs) {
      // Several models may read the records of one entity.
      if (!table.startsWith('bronze.') || counted.has(table)) continue;
      counted.add(table);
      const last = ranges.get(model)?.last ?? Number.NEGATIVE_INFINITY;
      for (const { entity, eventDate, rows } of state.bronze.get(table.slice(7)) ?? []) {
        if (eventDate === UNKNOWN_DATE || dayNumber(eventDate) <= last) continue;
        const key = `${entity} ${eventDate}`;
        pending.set(key, { entity, eventDate, rows: rows + (pending.get(key)?.rows ?? 0) });
      }
    }
  }
  return [...pending.values()].sort((a, b) => (a.entity + a.eventDate < b.entity + b.eventDate ? -1 : 1));
}

/** A partition that a rollback has pinned, and the records of its day that have come since its version was built. */
export interface PinnedPartition {
  readonly table: string;
  readonly dt: string;
  readonly run: string;
  /** They are in bronze, in no count, and are taken up when the pin is released. */
  readonly waiting: number;
}

export function pinnedPartitions(project: Project, state: LedgerState): PinnedPartition[] {
  const pinned = [...state.partitions.values()]
    .flatMap((versions) => [...versions.values()])
    .filter((version) => version.pinned);
  return pinned.map(({ table, dt, run, basis }) => {
    let waiting = 0;
    for (const input of project.tables.get(table)?.model.inputs ?? []) {
      for (const object of input.table.startsWith('bronze.') ? (state.bronze.get(input.table.slice(7)) ?? []) : []) {
        if (object.seq > basis && silverDay(object) === dayNumber(dt)) waiting += object.rows;
      }
    }
    return { table, dt, run, waiting };
  });
}
