import { dayOf } from '../core/dates.ts';
import { DAY, HOUR, MINUTE, SECOND } from './time.ts';

const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));
const THREE_DIGITS = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

let lastDay = 0;
let lastDate = dayOf(0);

/** What `Date.toISOString` gives, several times faster for times that mostly fall on the same day. */
export function isoTime(ms: number): string {
  const day = Math.floor(ms / DAY);
  if (day !== lastDay) {
    lastDay = day;
    lastDate = dayOf(day);
  }
  const time = ms - day * DAY;
  const hours = TWO_DIGITS[Math.floor(time / HOUR)];
  const minutes = TWO_DIGITS[Math.floor(time / MINUTE) % 60];
  const seconds = TWO_DIGITS[Math.floor(time / SECOND) % 60];
  return `${lastDate}T${hours}:${minutes}:${seconds}.${THREE_DIGITS[time % 1000]}Z`;
}
