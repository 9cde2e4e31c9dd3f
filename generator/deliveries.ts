import { type Defect, defectOf } from './defects.ts';
import { DAY, type Event, type EventNumbers, MINUTE, SECOND } from './event.ts';
import type { StreamOptions } from './options.ts';
import type { Random } from './random.ts';

/** One arrival of an event. The same event may arrive several times, under its own number or under another. */
export interface Delivery {
  event: Event;
  /** Becomes the event id. */
  number: number;
  arrival: number;
  defect: Defect | undefined;
}

/** Of the events delivered twice: those that come a day or more later, and those that come under another event id. */
const FAR = 0.4;
const RENAMED = 0.1;

/** How an event arrives: mostly once and within seconds. What came with a defect comes sound the second time. */
export function deliver(
  event: Event,
  options: StreamOptions,
  numbers: EventNumbers,
  random: Random,
  out: (delivery: Delivery) => void,
): void {
  let arrival = event.at + 50 + Math.floor(random.exponential(3 * SECOND));
  if (random.chance(options.late)) arrival += random.between(DAY, 5 * DAY);
  const defect = random.chance(options.defects) ? defectOf(event, random) : undefined;
  out({ event, number: event.number, arrival, defect });
  if (random.chance(options.duplicates)) {
    arrival += random.chance(FAR) ? random.between(DAY, 3 * DAY) : random.between(SECOND, 10 * MINUTE);
    if (random.chance(RENAMED)) out(renamed(event, arrival, numbers));
    else out({ event, number: event.number, arrival, defect: undefined });
  }
}

/** The same thing sent again by another release of the app, under another event id: only the key tells. */
export function renamed(event: Event, arrival: number, numbers: EventNumbers): Delivery {
  const again = event.kind === 'interactions' ? { ...event, app: '5.3.0' } : event;
  return { event: again, number: numbers.next(), arrival, defect: undefined };
}
