import { addDays, type Day, dayNumber, dayOf } from '../core/dates.ts';
import { Arrivals } from './arrivals.ts';
import { Bots } from './bots.ts';
import { Catalogue } from './catalogue.ts';
import { type Delivery, deliver } from './deliveries.ts';
import type { Interaction } from './entities/interactions.ts';
import { EventNumbers } from './event-numbers.ts';
import { lateBatch } from './late-batch.ts';
import type { StreamOptions } from './options.ts';
import { makePerson, People } from './people.ts';
import { purchase } from './purchase.ts';
import { Random } from './random.ts';
import { weekly } from './seasons.ts';
import { DAY } from './time.ts';
import { visits } from './visits.ts';

/** What arrives on one day, in order of arrival. */
export interface ArrivalDay {
  batch: 'main' | 'late';
  date: Day;
  deliveries: Delivery[];
}

/** The longest wait for anything of the main batch is 5 days for a late event and 3 more for its repetition. */
const LATE_BATCH_AFTER_DAYS = 9;

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
  const people = new People(options.seed, options.users, makePerson);
  const catalogue = new Catalogue(options.seed);
  const bots = new Bots(options.bots, options.seed, firstDay * DAY, end, (number) => people.extra(number));
  const arrivals = new Arrivals();
  const arrive = (delivery: Delivery) => arrivals.add(delivery);
  const knownOfLateDay: Interaction[] = [];

  const late = dayNumber(lateDay(options));
  const quotas = weekly(options.events / (1 + options.duplicates), firstDay, options.days);
  for (const [index, quota] of quotas.entries()) {
    const day = firstDay + index;
    const random = new Random(options.seed, day);
    const purchases = Math.round(quota * options.transactions);
    const interactions = bots.day(day * DAY, numbers);
    const byPeople = Math.max(1, quota - purchases - interactions.length);
    for (const event of visits(byPeople, day * DAY, end, people, numbers, random)) interactions.push(event);
    for (const event of interactions) deliver(event, options, numbers, random, arrive);
    for (let made = 0; made < purchases; made++) {
      const event = purchase(random.of(interactions), end, catalogue, numbers, random);
      deliver(event, options, numbers, random, arrive);
    }
    if (day === late) {
      for (const event of interactions) if (event.at < (late + 1) * DAY) knownOfLateDay.push(event);
    }
    yield* byDay('main', arrivals.until((day + 1) * DAY));
  }
  yield* byDay('main', arrivals.rest());

  const random = new Random(options.seed, -3);
  const arrivalDay = firstDay + options.days + LATE_BATCH_AFTER_DAYS;
  const count = Math.round(options.events * options.lateBatch);
  lateBatch(count, knownOfLateDay, late * DAY, arrivalDay * DAY, people, numbers, random).forEach(arrive);
  yield* byDay('late', arrivals.rest());
}

/** Deliveries in order of arrival, cut into days. */
function* byDay(batch: ArrivalDay['batch'], minutes: Iterable<Delivery[]>): Generator<ArrivalDay> {
  let open: ArrivalDay | undefined;
  for (const minute of minutes) {
    const date = dayOf(Math.floor(minute[0]!.arrival / DAY));
    if (open && open.date !== date) yield open;
    if (open?.date !== date) open = { batch, date, deliveries: [] };
    for (const delivery of minute) open.deliveries.push(delivery);
  }
  if (open) yield open;
}
