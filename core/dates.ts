/** A day in UTC as text `YYYY-MM-DD`: the partition key `dt` of every table. */
export type Day = string;

const DAY_MS = 86_400_000;
const FORM = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whole days since 1970-01-01 (negative before); NaN if `day` is not a day of the calendar in the form YYYY-MM-DD. */
export function dayNumber(day: Day): number {
  const found = FORM.exec(day);
  if (!found) return Number.NaN;
  const at = new Date(0);
  at.setUTCFullYear(Number(found[1]), Number(found[2]) - 1, Number(found[3]));
  const number = Math.round(at.getTime() / DAY_MS);
  return dayOf(number) === day ? number : Number.NaN;
}

/** The day with that number: the inverse of `dayNumber` for the years 0000 to 9999. */
export function dayOf(number: number): Day {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

export function isDay(text: string): boolean {
  return !Number.isNaN(dayNumber(text));
}

/** `day` moved by `offset` days. */
export function addDays(day: Day, offset: number): Day {
  return dayOf(dayNumber(day) + offset);
}

/** Every day from `first` to `last`, both included. */
export function daysBetween(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let number = dayNumber(first); number <= dayNumber(last); number++) days.push(dayOf(number));
  return days;
}

/** The first day of the month of `day`: the partition key of monthly tables. */
export function monthOf(day: Day): Day {
  return `${day.slice(0, 7)}-01`;
}

/** The last day of the month of `day`. */
export function lastOfMonth(day: Day): Day {
  return addDays(monthOf(addDays(monthOf(day), 31)), -1);
}
