import fc from 'fast-check';
import { addDays, type Day } from '../../core/dates.ts';
import { DAYS, interactions, transactions } from '../gold/streams.ts';
import { DAY, dayAt, type Interaction, type Transaction } from '../oracle/events.ts';

/** A line as it is sent, when it arrives, and what is known of it. */
export interface Delivery {
  readonly line: string;
  readonly arrival: Day;
  readonly entity: 'interactions' | 'transactions' | 'unparsable';
  /** The UTC day that its event time names; undefined if it names none. */
  readonly day: Day | undefined;
  /** The event, if silver must accept it. */
  readonly sound: Interaction | Transaction | undefined;
}

const DIRT = ['again', 'renamed', 'garbage', 'no user', 'undated', 'in 9999', 'in 1970', 'tomorrow'] as const;

type Dirt = (typeof DIRT)[number];

/** Where in time a stream lies, and what its ids begin with. */
export interface Place {
  /** Days after those of the streams that it is made of. */
  readonly shift: number;
  readonly prefix: string;
}

/** The days that the sound events of a stream are of. */
function daysOf({ shift }: Place): Day[] {
  return DAYS.map((day) => addDays(day, shift));
}

/**
 * A dirty stream around sound events: repeated under the same id and under another, cut, without a user, without a usable
 * time, dated 9999 and 1970, from clocks that are ahead. Everything arrives on one of the days, late, early or on time.
 */
export function deliveriesAt(place: Place): fc.Arbitrary<Delivery[]> {
  const days = daysOf(place);
  const placed = <E extends Interaction | Transaction>(event: E): E => {
    return { ...event, id: `${place.prefix}${event.id}`, at: event.at + place.shift * DAY };
  };
  return fc
    .record({
      events: interactions,
      purchases: transactions,
      dirt: fc.array(fc.record({ pick: fc.nat(10_000), kind: fc.constantFrom(...DIRT) }), { maxLength: 12 }),
      lags: fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2, 5, -1), { minLength: 7, maxLength: 11 }),
    })
    .map(({ events, purchases, dirt, lags }) => {
      const sound = [...events, ...purchases].map(placed);
      const arrivalOf = (event: Interaction | Transaction, n: number): Day => {
        const arrival = addDays(dayAt(event.at), lags[n % lags.length]!);
        return arrival < days[0]! ? days[0]! : arrival > days.at(-1)! ? days.at(-1)! : arrival;
      };
      const sent = sound.map((event, n) => delivery(event, arrivalOf(event, n)));
      if (sound.length === 0) return [];
      for (const [n, { pick, kind }] of dirt.entries()) {
        const event = sound[pick % sound.length]!;
        sent.push(dirty(event, kind, arrivalOf(event, pick + n), `${place.prefix}x${n}`, addDays(days.at(-1)!, 1)));
      }
      return sent;
    });
}

export const deliveries = deliveriesAt({ shift: 0, prefix: '' });

/** The line of an event: sound, but for a price of nothing, which the contract refuses. */
function delivery(event: Interaction | Transaction, arrival: Day, id = event.id): Delivery {
  const isFree = 'cents' in event && event.cents === 0;
  return {
    line: lineOf(event, id, {}),
    arrival,
    entity: entityOf(event),
    day: dayAt(event.at),
    sound: isFree ? undefined : { ...event, id },
  };
}

function dirty(event: Interaction | Transaction, kind: Dirt, arrival: Day, id: string, tomorrow: Day): Delivery {
  const wrong = (data: Record<string, unknown>, day: Day | undefined): Delivery => {
    return { line: lineOf(event, id, data), arrival, entity: entityOf(event), day, sound: undefined };
  };
  switch (kind) {
    case 'again':
      return delivery(event, arrival);
    // Greater than the id of the first, so that the first counts; a purchase is known by its own id.
    case 'renamed':
      return 'cents' in event ? delivery(event, arrival) : { ...delivery(event, arrival, `${event.id}~${id}`) };
    case 'garbage':
      return { line: `${id} is not json`, arrival, entity: 'unparsable', day: undefined, sound: undefined };
    case 'no user':
      return wrong({ user_id: null }, dayAt(event.at));
    case 'undated':
      return wrong({ timestamp: 'some day' }, undefined);
    case 'in 9999':
      return wrong({ timestamp: '9999-12-31T23:59:59Z' }, '9999-12-31');
    case 'in 1970':
      return wrong({ timestamp: '1970-01-01T00:00:00Z' }, undefined);
    case 'tomorrow':
      return wrong({ timestamp: `${tomorrow}T12:00:00Z` }, tomorrow);
  }
}

function entityOf(event: Interaction | Transaction): 'interactions' | 'transactions' {
  return 'cents' in event ? 'transactions' : 'interactions';
}

function lineOf(event: Interaction | Transaction, id: string, wrong: Record<string, unknown>): string {
  const time = new Date(event.at).toISOString();
  const data =
    'cents' in event
      ? { transaction_id: event.id, product_id: 'product', quantity: 1, price: (event.cents / 100).toFixed(2) }
      : {
          action_type: event.action,
          page_id: `page of ${event.id}`,
          duration_ms: event.duration,
          app_version: '1.0',
          ...(event.device === null ? {} : { device_type: event.device }),
        };
  const envelope = { specversion: '1.0', id, source: 'test', type: entityOf(event), time };
  return JSON.stringify({ ...envelope, data: { user_id: event.user, timestamp: time, ...data, ...wrong } });
}
