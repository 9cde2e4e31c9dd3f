import { UNKNOWN_DATE, UNPARSABLE } from '../bronze/bronze-object.ts';
import { dayNumber } from '../dates.ts';
import type { LedgerState, ListedObject } from '../ledger/state.ts';

/** Bronze objects by entity and the day (number) of the silver partition that reads them. */
export type BronzeIndex = ReadonlyMap<string, ReadonlyMap<number, readonly ListedObject[]>>;

/**
 * The day whose silver partition reads an object: its event date; the ingestion date where the event date is unknown and
 * for what could not be parsed.
 */
export function silverDay(object: ListedObject): number {
  const undated = object.eventDate === UNKNOWN_DATE || object.entity === UNPARSABLE;
  return dayNumber(undated ? object.ingestDate : object.eventDate);
}

/**
 * Bronze by entity as it was after commit `basis`, in a state at or after it: a run reads nothing that came after its start,
 * and goes on reading what was removed since.
 */
export function bronzeAsOf(state: LedgerState, basis: number): ReadonlyMap<string, readonly ListedObject[]> {
  const seen = new Map<string, ListedObject[]>();
  for (const [entity, objects] of state.bronze) {
    const found = objects.filter(({ seq }) => seq <= basis);
    if (found.length > 0) seen.set(entity, found);
  }
  for (const object of state.removed) {
    if (object.seq > basis || object.removed <= basis) continue;
    const found = seen.get(object.entity);
    if (found) found.push(object);
    else seen.set(object.entity, [object]);
  }
  return seen;
}

/** Indexes bronze as it was after commit `basis`. */
export function indexBronze(state: LedgerState, basis: number): BronzeIndex {
  const index = new Map<string, Map<number, ListedObject[]>>();
  for (const [entity, objects] of bronzeAsOf(state, basis)) {
    const days = new Map<number, ListedObject[]>();
    for (const object of objects) {
      const day = silverDay(object);
      const found = days.get(day);
      if (found) found.push(object);
      else days.set(day, [object]);
    }
    index.set(entity, days);
  }
  return index;
}
