import { addDays, type Day, dayNumber, dayOf, lastOfMonth, monthOf } from '../dates.ts';
import type { Model } from '../model/model.ts';
import type { Window } from '../model/window.ts';
import type { DayRange } from './domain.ts';

/** The partitions of a model that should exist, as day numbers in order: what its header keeps of the domain. */
export function wantedDays(model: Model, domain: DayRange): number[] {
  const all: number[] = [];
  if (model.partitions === 'month') {
    for (
      let month = monthOf(dayOf(domain.first));
      dayNumber(month) <= domain.last;
      month = addDays(lastOfMonth(month), 1)
    ) {
      all.push(dayNumber(month));
    }
    return all;
  }
  for (let day = domain.first; day <= domain.last; day++) all.push(day);
  if (model.keep.includes('all')) return all;
  return all.filter((day) => (model.keep.includes('last') && day === domain.last) || isKeptMonthEnd(model, dayOf(day)));
}

/** Whether a partition is wanted only as long as it is the last. */
export function isKeptAsLast(model: Model, dt: Day): boolean {
  return model.partitions === 'day' && !model.keep.includes('all') && !isKeptMonthEnd(model, dt);
}

function isKeptMonthEnd(model: Model, dt: Day): boolean {
  return model.keep.includes('month-end') && lastOfMonth(dt) === dt;
}

/** The span of a model's partition keys: a month that begins before the domain is keyed by its first day all the same. */
export function keyRange(model: Model, domain: DayRange): DayRange {
  return model.partitions === 'month' ? { first: dayNumber(monthOf(dayOf(domain.first))), last: domain.last } : domain;
}

/** The days that a window covers for one target day; `first` may be -Infinity. */
export function windowRange(window: Window, target: number): DayRange {
  if (window.kind === 'days') return { first: target + window.from, last: target + window.to };
  const day = dayOf(target);
  return { first: dayNumber(monthOf(day)), last: dayNumber(lastOfMonth(day)) };
}
