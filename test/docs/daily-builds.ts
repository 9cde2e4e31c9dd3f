import { addDays, type Day, dayNumber, daysBetween } from '../../core/dates.ts';
import type { ListedObject } from '../../core/ledger/state.ts';
import type { Model } from '../../core/model/model.ts';
import type { Project } from '../../core/model/project.ts';
import type { Window } from '../../core/model/window.ts';
import { domains } from '../../core/plan/domain.ts';
import type { InputPins } from '../../core/plan/pinned-inputs.ts';
import { type EngineChoice, nextBatches, type Placement } from '../../core/reconcile/batches.ts';

/** A batch of a daily run: what builds it, and the compressed bytes that it reads and writes. */
export interface DailyBatch {
  readonly model: string;
  /** The wave that builds it, from 1 on: one after the last of those that build what it reads. */
  readonly wave: number;
  readonly engine: EngineChoice;
  readonly days: number;
  readonly reads: number;
  readonly writes: number;
  /** Of what it writes, what is not superseded within days: one of the copies of each day. */
  readonly stays: number;
  /** Objects of silver and gold that it reads, and that it writes. */
  readonly objectsRead: number;
  readonly objectsWritten: number;
}

interface DailyRun {
  /** What is received. Models that read nothing of it have no partitions, and are left out. */
  readonly entities: readonly string[];
  readonly lateDays: number;
  /** Days. */
  readonly history: number;
  readonly placement: Placement;
  /** That Athena writes for a partition; DuckDB writes one. */
  readonly filesByAthena: number;
}

/** What a run has changed. */
interface Changed {
  readonly days: readonly Day[];
  readonly wave: number;
  /** Objects of a partition. */
  readonly files: number;
}

/** In the middle of a month, so that no month end is reopened. */
const YESTERDAY = '2026-06-20';
const DAYS_PER_MONTH = 30;

/**
 * What a daily run builds when yesterday is new and late events have reopened some days before: every day that a window
 * leads to (early cutoff would leave some of them out), of every model that the plan finds something to do for, placed as
 * the deployment places them.
 *
 * @param bytesPerDay of every table
 */
export function dailyBatches(
  project: Project,
  bytesPerDay: (table: string) => number,
  { entities, lateDays, history, placement, filesByAthena }: DailyRun,
): DailyBatch[] {
  const received = entities.map((entity) => {
    const object = { entity, eventDate: YESTERDAY, ingestDate: YESTERDAY } as unknown as ListedObject;
    return [entity, [object]] as const;
  });
  const built = domains(project, new Map(received));
  const changed = new Map<string, Changed>(
    entities.map((entity) => [
      `bronze.${entity}`,
      { days: daysBetween(addDays(YESTERDAY, -lateDays), YESTERDAY), wave: 0, files: 0 },
    ]),
  );
  const sum = (model: Model, targets: readonly Day[], perDay: (table: string, of: Changed) => number): number =>
    model.inputs.reduce((total, { table, window }) => {
      const of = changed.get(table);
      const days = new Set(targets.flatMap((dt) => windowDays(window, dt, history)));
      return of ? total + days.size * perDay(table, of) : total;
    }, 0);
  const bytesOf = (model: Model, targets: readonly Day[]): number => sum(model, targets, bytesPerDay);
  return project.models
    .filter((model) => built.has(model))
    .flatMap((model) => {
      const keepsAll = model.keep.includes('all');
      const targets = keepsAll ? reopened(model, (table) => changed.get(table)?.days ?? []) : [YESTERDAY];
      const wave = 1 + Math.max(...model.inputs.map(({ table }) => changed.get(table)?.wave ?? 0));
      const pins = { of: (of: Model, dts: readonly Day[]) => ({ bytes: bytesOf(of, dts) }) } as unknown as InputPins;
      const ready = targets.map((dt) => ({ model, dt, inputDigest: '', reason: 'inputs' as const }));
      const batches = nextBatches(ready, pins, placement);
      const files = batches.some(({ engine }) => engine === 'athena') ? filesByAthena : 1;
      for (const { table } of model.outputs) changed.set(table, { days: targets, wave, files });
      const written = model.outputs.reduce((total, { table }) => total + bytesPerDay(table), 0);
      const kept = keepsAll && model.partitions === 'day' ? 1 : 1 / DAYS_PER_MONTH;
      return batches.map(({ engine, targets: batch }) => {
        const dts = batch.map(({ dt }) => dt);
        return {
          ...{ model: model.name, wave, engine, days: dts.length },
          ...{ reads: bytesOf(model, dts), writes: written * dts.length },
          stays: (written * kept * dts.length) / targets.length,
          objectsRead: sum(model, dts, (_, of) => of.files),
          objectsWritten: model.outputs.length * dts.length * files,
        };
      });
    });
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
