import { addDays, type Day, isDay } from '../dates.ts';

/** When a file arrived, or why that cannot be. */
export type Arrived =
  | { readonly ok: true; readonly ingestDate: Day; readonly arrivedAt: number }
  | { readonly ok: false; readonly problem: string };

/** Arrivals make days: one in a wrong century would make hundred thousands, for good. Clocks may differ by less. */
const FUTURE_DAYS = 366;

/** What a folder `ingest_date=…` above a file says, if there is one; `/` is between folders. */
export function arrivalFolder(path: string): string | undefined {
  return /(?:^|\/)ingest_date=([^/]*)\//.exec(path)?.[1];
}

/** The problem of a text that is to name the day of an arrival, if it has one. */
export function arrivalFolderProblem(day: string): string | undefined {
  return isDay(day)
    ? undefined
    : `expected a folder ingest_date=YYYY-MM-DD with a day of the calendar, found ingest_date=${day}`;
}

/**
 * The arrival of a file: the day that is given for it, at midnight, or else the time when it came.
 *
 * @param came and @param now ISO 8601, in UTC
 */
export function arrivalOf(day: Day | undefined, came: string, now: string): Arrived {
  if (day !== undefined && day > addDays(now.slice(0, 10), FUTURE_DAYS)) {
    return { ok: false, problem: `arrival ${day} is more than a year ahead: expected the day it arrived` };
  }
  const at = new Date(day === undefined ? came : `${day}T00:00:00Z`);
  return { ok: true, ingestDate: at.toISOString().slice(0, 10), arrivedAt: at.getTime() };
}
