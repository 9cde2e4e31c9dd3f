import { defectOf, isUnparsable } from './defects.ts';
import type { Event } from './entities.ts';
import type { EventNumbers } from './event-numbers.ts';
import type { Random } from './random.ts';
import { DAY, MINUTE, SECOND } from './time.ts';

/** One arrival of an event. The same event may arrive several times, under its own number or under another. */
export interface Delivery {
  event: Event;
  /** Becomes the event id. */
  number: number;
  arrival: number;
  defect: string | undefined;
}

/** What a delivery should count as: the first sound one of an event, one more, one that is refused, one of nobody knows what. */
export type Fate = 'good' | 'duplicate' | 'bad' | 'unparsable';

/** Shares of the events, 0 to 1. */
export interface DeliveryOptions {
  duplicates: number;
  defects: number;
  /** Whether defects are of all kinds, or only those that the streams of old had. */
  furtherDefects?: boolean;
  /** Events that arrive one to five days late. */
  late: number;
}

/** Of the events delivered twice: those that come a day or more later, and those that come under another event id. */
const FAR = 0.4;
const RENAMED = 0.1;

/** How an event arrives: mostly once and within seconds. What came with a defect comes sound the second time. */
export function deliver(
  event: Event,
  options: DeliveryOptions,
  numbers: EventNumbers,
  random: Random,
  out: (delivery: Delivery, fate: Fate) => void,
  /** Whether what came with a defect always comes a second time. */
  repaired = false,
): void {
  let arrival = event.at + 50 + Math.floor(random.exponential(3 * SECOND));
  if (random.chance(options.late)) arrival += random.between(DAY, 5 * DAY);
  const defect = random.chance(options.defects) ? defectOf(event, random, options.furtherDefects) : undefined;
  const fate = defect === undefined ? 'good' : isUnparsable(event, defect) ? 'unparsable' : 'bad';
  out({ event, number: event.number, arrival, defect }, fate);
  if (random.chance(options.duplicates) || (repaired && defect !== undefined)) {
    arrival += random.chance(FAR) ? random.between(DAY, 3 * DAY) : random.between(SECOND, 10 * MINUTE);
    const second = fate === 'good' ? 'duplicate' : 'good';
    if (random.chance(RENAMED)) out(renamed(event, arrival, numbers), second);
    else out({ event, number: event.number, arrival, defect: undefined }, second);
  }
}

/** The same thing sent again by another release of the app, under another event id: only the key tells. */
export function renamed(event: Event, arrival: number, numbers: EventNumbers): Delivery {
  const again = event.kind === 'interactions' ? { ...event, app: '5.3.0' } : event;
  return { event: again, number: numbers.next(), arrival, defect: undefined };
}
