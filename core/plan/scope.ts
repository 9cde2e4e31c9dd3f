import { type Day, dayNumber } from '../dates.ts';
import type { Model } from '../model/model.ts';
import type { Project } from '../model/project.ts';
import type { DayRange } from './domain.ts';
import { wantedDays, windowRange } from './wanted-days.ts';

/** Part of the warehouse: partitions of these tables (default: all) dated within these days (default: all). */
export interface Scope {
  readonly tables?: readonly string[] | undefined;
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
}

/** Partitions that a scope asks for, and those that they read, however far upstream. */
export interface NeededDays {
  has(model: Model, day: number): boolean;
  /** Whether the scope itself names the partition. */
  isAsked(model: Model, day: number): boolean;
}

export function neededDays(project: Project, ranges: ReadonlyMap<Model, DayRange>, scope: Scope): NeededDays {
  const first = scope.from === undefined ? Number.NEGATIVE_INFINITY : dayNumber(scope.from);
  const last = scope.to === undefined ? Number.POSITIVE_INFINITY : dayNumber(scope.to);
  const asked = new Map<Model, Set<number>>();
  const needed = new Map<Model, Set<number>>();
  for (const model of project.models) {
    const range = ranges.get(model);
    const named = !scope.tables || model.outputs.some(({ table }) => scope.tables!.includes(table));
    const days = range && named ? wantedDays(model, range).filter((day) => touches(model, day, first, last)) : [];
    asked.set(model, new Set(days));
    needed.set(model, new Set(days));
  }
  for (const model of [...project.models].reverse()) {
    for (const { table, window } of model.inputs) {
      const input = project.tables.get(table)?.model;
      const range = input && ranges.get(input);
      if (!input || !range) continue;
      const wanted = wantedDays(input, range);
      const read = needed.get(input)!;
      for (const day of needed.get(model)!) {
        const span = windowRange(window, day);
        for (const other of wanted) if (other >= span.first && other <= span.last) read.add(other);
      }
    }
  }
  return {
    has: (model, day) => needed.get(model)!.has(day),
    isAsked: (model, day) => asked.get(model)!.has(day),
  };
}

function touches(model: Model, day: number, first: number, last: number): boolean {
  if (model.partitions === 'day') return day >= first && day <= last;
  const month = windowRange({ kind: 'month' }, day);
  return month.last >= first && month.first <= last;
}
