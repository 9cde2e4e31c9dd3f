import type { Random } from './random.ts';
import { DAY, HOUR } from './time.ts';

const SUNDAY_TO_SATURDAY = [0.7, 1, 1.05, 1.1, 1.1, 1.15, 0.8];

/** `total` spread over days: by the day of the week, and growing by a quarter over all of them. */
export function weekly(total: number, firstDay: number, days: number): number[] {
  const weights = Array.from({ length: days }, (_, index) => {
    const weekday = (firstDay + index + 4) % 7;
    return SUNDAY_TO_SATURDAY[weekday]! * (1 + (0.25 * index) / days);
  });
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => Math.round((total * weight) / sum));
}

/** Milliseconds since midnight: half of the visits around the early afternoon, half in the evening. */
export function timeOfDay(random: Random): number {
  const hour = random.chance(0.5) ? random.normal(13.5, 3.5) : random.normal(21, 2.5);
  return Math.floor((((hour % 24) + 24) % 24) * HOUR) % DAY;
}
