import { addDays, type Day, dayNumber, dayOf } from '../core/dates.ts';
import { Bots } from './bots.ts';
import { type Delivery, deliver } from './deliveries.ts';
import { DAY, type Event, EventNumbers, type Interaction } from './event.ts';
import { lateBatch } from './late-batch.ts';
import type { StreamOptions } from './options.ts';
import { People } from './people.ts';
import { Shop } from './purchases.ts';
import { Random } from './random.ts';
import { visits } from './visits.ts';

/** What arrives on one day, in order of arrival. */
export interface ArrivalDay {
  batch: 'main' | 'late';
  date: Day;
  deliveries: Delivery[];
}

/** The longest wait for anything of the main batch is 5 days for a late event and 3 more for its repetition. */
const LATE_BATCH_AFTER_DAYS = 9;
const SUNDAY_TO_SATURDAY = [0.7, 1, 1.05, 1.1, 1.1, 1.15, 0.8];

/** The day that the late batch is about: the middle one. */
export function lateDay(options: StreamOptions): Day {
  return addDays(options.start, Math.floor(options.days / 2));
}

/**
 * A coherent, skewed and dirty stream of interactions and transactions: the main batch by day of arrival, then the late
 * batch. Holds a day of events and what is still under way, not the stream. Nothing arrives before it happened, so a day
 * is complete once its own events are made.
 */
export function* generateStream(options: StreamOptions): Generator<ArrivalDay> {
  const firstDay = dayNumber(options.start);
  const end = (firstDay + options.days) * DAY;
  const numbers = new EventNumbers();
  const people = new People(options.seed, options.users);
  const shop = new Shop(options.seed);
  const bots = new Bots(options.bots, options.seed, firstDay * DAY, end, people);
  const underWay = new Map<number, Delivery[]>();
  const knownOfLateDay: Interaction[] = [];

  function arrive(delivery: Delivery): void {
    const day = Math.floor(delivery.arrival / DAY);
    const deliveries = underWay.get(day);
    if (deliveries) deliveries.push(delivery);
    else underWay.set(day, [delivery]);
  }
  function* arrivalsOf(day: number, batch: ArrivalDay['batch']): Generator<ArrivalDay> {
    const deliveries = underWay.get(day);
    underWay.delete(day);
    if (!deliveries) return;
    deliveries.sort((one, other) => one.arrival - other.arrival);
    yield { batch, date: dayOf(day), deliveries };
  }

  const late = dayNumber(lateDay(options));
  const quotas = eventsByDay(options, firstDay);
  for (const [index, quota] of quotas.entries()) {
    const day = firstDay + index;
    const random = new Random(options.seed, day);
    const purchases = Math.round(quota * options.transactions);
    const interactions = bots.day(day * DAY, numbers);
    const byPeople = Math.max(1, quota - purchases - interactions.length);
    for (const event of visits(byPeople, day * DAY, end, people, numbers, random)) interactions.push(event);
    for (const event of interactions) deliver(event, options, numbers, random, arrive);
    for (let made = 0; made < purchases; made++) {
      const event: Event = shop.purchase(random.of(interactions), end, numbers, random);
      deliver(event, options, numbers, random, arrive);
    }
    if (day === late) {
      for (const event of interactions) if (event.at < (late + 1) * DAY) knownOfLateDay.push(event);
    }
    yield* arrivalsOf(day, 'main');
  }
  for (const day of [...underWay.keys()].sort((one, other) => one - other)) yield* arrivalsOf(day, 'main');

  const random = new Random(options.seed, -3);
  const arrivalDay = firstDay + options.days + LATE_BATCH_AFTER_DAYS;
  const count = Math.round(options.events * options.lateBatch);
  lateBatch(count, knownOfLateDay, late * DAY, arrivalDay * DAY, people, numbers, random).forEach(arrive);
  yield* arrivalsOf(arrivalDay, 'late');
}

/** How many events happen on each day: by the day of the week, and growing by a quarter over the stream. */
function eventsByDay(options: StreamOptions, firstDay: number): number[] {
  const weights = Array.from({ length: options.days }, (_, index) => {
    const weekday = (firstDay + index + 4) % 7;
    return SUNDAY_TO_SATURDAY[weekday]! * (1 + (0.25 * index) / options.days);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const events = options.events / (1 + options.duplicates);
  return weights.map((weight) => Math.round((events * weight) / total));
}
