import { addDays, type Day, dayNumber, daysBetween } from '../../core/dates.ts';
import type { Model } from '../../core/model/model.ts';
import type { Project } from '../../core/model/project.ts';
import type { Window } from '../../core/model/window.ts';
import type { InputPins } from '../../core/plan/pinned-inputs.ts';
import { type EngineChoice, nextBatches, type Placement } from '../../core/reconcile/batches.ts';

/** A batch of a daily run: what builds it, and the compressed bytes that it reads and writes. */
export interface DailyBatch {
  readonly model: string;
  readonly engine: EngineChoice;
  readonly days: number;
  readonly reads: number;
  readonly writes: number;
}

interface DailyRun {
  /** Names of models: those whose sizes were measured. */
  readonly only: readonly string[];
  readonly lateDays: number;
  /** Days. */
  readonly history: number;
  readonly placement: Placement;
}

/** In the middle of a month, so that no month end is reopened. */
const YESTERDAY = '2026-06-20';

/**
 * What a daily run builds when yesterday is new and late events have reopened some days before: every day that a window
 * leads to (early cutoff would leave some of them out), placed as the deployment places them.
 *
 * @param bytesPerDay of every table
 */
export function dailyBatches(
  project: Project,
  bytesPerDay: (table: string) => number,
  { only, lateDays, history, placement }: DailyRun,
): DailyBatch[] {
  const changed = new Map<string, readonly Day[]>();
  const daysOf = (table: string): readonly Day[] =>
    table.startsWith('bronze.') ? daysBetween(addDays(YESTERDAY, -lateDays), YESTERDAY) : changed.get(table)!;
  const models = new Set(
    [...project.tables.values()].map(({ model }) => model).filter(({ name }) => only.includes(name)),
  );
  const found: DailyBatch[] = [];
  const bytesOf = ({ inputs }: Model, targets: readonly Day[]): number =>
    inputs.reduce((sum, { table, window }) => {
      const days = new Set(targets.flatMap((dt) => windowDays(window, dt, history)));
      return sum + days.size * bytesPerDay(table);
    }, 0);
  while (models.size > 0) {
    for (const model of models) {
      if (!model.inputs.every(({ table }) => table.startsWith('bronze.') || changed.has(table))) continue;
      models.delete(model);
      const targets = model.keep.includes('all') ? reopened(model, daysOf) : [YESTERDAY];
      for (const { table } of model.outputs) changed.set(table, targets);
      const pins = { of: (of: Model, dts: readonly Day[]) => ({ bytes: bytesOf(of, dts) }) } as unknown as InputPins;
      const ready = targets.map((dt) => ({ model, dt, inputDigest: '', reason: 'inputs' as const }));
      for (const { engine, targets: batch } of nextBatches(ready, pins, placement)) {
        const dts = batch.map(({ dt }) => dt);
        const written = model.outputs.reduce((sum, { table }) => sum + bytesPerDay(table), 0);
        const reads = bytesOf(model, dts);
        found.push({ model: model.name, engine, days: dts.length, reads, writes: written * dts.length });
      }
    }
  }
  return found;
}

function windowDays(window: Window, dt: Day, history: number): Day[] {
  if (window.kind === 'month') return daysBetween(`${dt.slice(0, 7)}-01`, YESTERDAY);
  return daysBetween(addDays(dt, Math.max(window.from, -history)), addDays(dt, window.to)).filter(
    (day) => day <= YESTERDAY,
  );
}

/** Days whose window holds a changed day of an input. */
function reopened({ inputs, partitions }: Model, daysOf: (table: string) => readonly Day[]): Day[] {
  const first = dayNumber(YESTERDAY) - 40;
  const days = Array.from({ length: 41 }, (_, i) => addDays(YESTERDAY, i - 40)).filter((dt) => dayNumber(dt) >= first);
  const candidates = partitions === 'month' ? [`${YESTERDAY.slice(0, 7)}-01`] : days;
  return candidates.filter((dt) =>
    inputs.some(({ table, window }) => {
      const read = new Set(windowDays(window, dt, 40));
      return daysOf(table).some((day) => read.has(day));
    }),
  );
}
