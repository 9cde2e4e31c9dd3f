import { MINUTE, SECOND } from './time.ts';

const SECONDS = Array.from({ length: 60 }, (_, value) => `${String(value).padStart(2, '0')}.`);
const MILLISECONDS = Array.from({ length: 1000 }, (_, value) => `${String(value).padStart(3, '0')}Z`);

/** Minutes whose texts are kept: each has its place by the last bits of its number. */
const KEPT = 4096;
const minutes = new Float64Array(KEPT).fill(Number.NaN);
const texts: string[] = new Array(KEPT).fill('');

/** What `Date.toISOString` gives, several times faster for times that mostly fall into the same few days. */
export function isoTime(ms: number): string {
  const minute = Math.floor(ms / MINUTE);
  const place = minute & (KEPT - 1);
  if (minute !== minutes[place]) {
    minutes[place] = minute;
    texts[place] = new Date(ms).toISOString().slice(0, -'00.000Z'.length);
  }
  // A whole number of 32 bits: its remainders take a tenth of what those of a float take.
  const rest = (ms - minute * MINUTE) | 0;
  // The short ones first: V8 copies what stays below 13 characters, and chains what does not.
  return texts[place]! + (SECONDS[(rest / SECOND) | 0]! + MILLISECONDS[rest % SECOND]!);
}
