/** Which days of the domain a table keeps: all of them, or month ends and/or the last day. */
export type Keep = 'all' | 'month-end' | 'last';

const WORDS: Readonly<Record<Keep, string>> = { all: 'every day', 'month-end': 'month ends', last: 'the last day' };

/** What `days` of a model, and `historyDays` of a contract, may be, for messages. */
export const DAYS_EXPECTED = 'all, or a list of month-end and last';

/** Whether these are days that a table can keep: `all` alone, or some of the others. */
export function areDaysKept(days: readonly unknown[]): days is readonly Keep[] {
  const known = days.every((day) => typeof day === 'string' && Object.hasOwn(WORDS, day));
  return known && days.length > 0 && !(days.length > 1 && days.includes('all'));
}

/** Whether a table that keeps `kept` has every day of one that keeps `wanted`. */
export function keepsAll(kept: readonly Keep[], wanted: readonly Keep[]): boolean {
  return kept.includes('all') || wanted.every((days) => kept.includes(days));
}

/** The days in words: `every day`, `month ends, the last day`. */
export function daysInWords(keep: readonly Keep[]): string {
  return keep.map((days) => WORDS[days]).join(', ');
}
