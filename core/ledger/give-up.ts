import { TooLateError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * Who has written something commits it within half a day, or not at all: after two days, four times as long, garbage
 * collection takes what no commit refers to.
 */
export const GIVE_UP_MS = 43_200_000;

/**
 * @param since when the first of the files to be committed may have been written, by the same clock
 * @throws TooLateError if that is more than half a day ago
 */
export function giveUpIfLate(clock: Clock, since: string, what: string): void {
  const hours = (Date.parse(clock()) - Date.parse(since)) / 3_600_000;
  if (hours * 3_600_000 > GIVE_UP_MS) {
    throw new TooLateError(
      `${what} took ${hours.toFixed(1)} hours from its first file to its commit; after 12 nothing of it is committed, because garbage collection may take it. Run it again, on fewer days or files at a time.`,
    );
  }
}
