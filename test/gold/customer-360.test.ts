import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Day, dayNumber } from '../../core/dates.ts';
import {
  asOf,
  type Click,
  type Contact,
  customer360,
  type Known,
  type Profile,
  type Purchase,
  type Refund,
} from '../oracle/customer-360.ts';
import { DAY, dayAt, type Interaction, MINUTE } from '../oracle/events.ts';
import { interactionRow } from '../oracle/gold-tables.ts';
import { GoldDatabase, type Row } from './gold-database.ts';
import { PROJECT } from './model-files.ts';
import { interactions, DAYS as LATER } from './streams.ts';
import { fromScratch, inTable, inTwoSteps, type Tables } from './two-steps.ts';

/** Days around the end of a month, and some that are thirty days before them. */
const DAYS: readonly Day[] = ['2025-12-30', '2025-12-31', '2026-01-01', ...LATER];
const DOMAIN = [DAYS[0]!, DAYS.at(-1)!] as const;

/** All between silver and customer_360, each after those it reads. */
const MODELS = readBy('gold.customer_360');
const SNAPSHOTS = MODELS.filter(({ keep }) => keep.includes('last'));

const user = fc.constantFrom('ana', 'bob', 'cem', 'dee');
/** Few times of day, so that some are equal, and both ends of the day. */
const on = (days: readonly Day[]) =>
  fc
    .tuple(fc.constantFrom(...days), fc.constantFrom(0, DAY / 2, DAY / 2, DAY - MINUTE))
    .map(([day, time]) => dayNumber(day) * DAY + time);
const at = on(DAYS);
const purchases: fc.Arbitrary<Purchase[]> = fc
  .array(
    fc.record({
      ...{ user, at, cents: fc.integer({ min: 1, max: 5000 }) },
      channel: fc.constantFrom(null, 'android', 'store', 'web'),
      outcome: fc.constantFrom('kept', 'kept', 'reversed'),
    }),
    { maxLength: 15, size: 'max' },
  )
  .map((rows) => rows.map((row, index) => ({ ...row, id: `t${index}` })));
/** Of anyone's purchases, known or not: before them, on their day, in a later month. */
const refunds: fc.Arbitrary<Refund[]> = fc.array(fc.record({ user, at, cents: fc.integer({ min: 1, max: 5000 }) }), {
  maxLength: 8,
  size: 'max',
});
/** Two customers on three days, so that much happens on one. */
const crowded = { user: fc.constantFrom('ana', 'bob'), at: on([DAYS[0]!, DAYS[4]!, DAYS[7]!]) };
const clicks: fc.Arbitrary<Click[]> = fc.array(
  fc.record({ ...crowded, type: fc.constantFrom('search', 'view', 'view', 'purchase') }),
  { maxLength: 15, size: 'max' },
);
const contacts: fc.Arbitrary<Contact[]> = fc.array(
  fc.record({
    ...crowded,
    type: fc.constantFrom('call', 'complaint'),
    wait: fc.constantFrom(null, 0, 10, 10, 61),
    outcome: fc.constantFrom('resolved', 'pending', 'pending', 'escalated', 'no_answer'),
  }),
  { maxLength: 15, size: 'max' },
);
const profiles: fc.Arbitrary<Profile[]> = fc.uniqueArray(
  fc.record({
    ...{ user, at, segment: fc.constantFrom('new', 'vip'), location: fc.constantFrom('Berlin', 'Rome') },
    registered: fc.constantFrom(...DAYS),
  }),
  { maxLength: 8, size: 'max', selector: (each) => `${each.user} ${each.at}` },
);
const known: fc.Arbitrary<Known> = fc.record({
  ...{ profiles, purchases, refunds, interactions, clicks, contacts },
});

let database: GoldDatabase;

beforeAll(async () => {
  database = await GoldDatabase.open();
});
afterAll(() => database.close());

test('customers equal the naive model, also after late facts and late changes of what they are', async () => {
  const half = Math.floor(DAYS.length / 2);
  const split = fc.constantFrom([DAYS], [DAYS.slice(half), DAYS.slice(0, half)]);
  const share = fc.constantFrom(0, 0.5, 0.8);
  const property = fc.asyncProperty(known, share, split, async (all, early, batches) => {
    const steps = { models: MODELS, batches, domain: DOMAIN };
    await inTwoSteps(database, steps, tables(withoutLate(all, early)), tables(all));
    const found = await database.rows('gold.customer_360');
    const expected = DAYS.flatMap((day) => customer360(all, day).map((customer) => row(customer, day)));
    await database.load('gold.customer_360', expected);
    expect(found).toEqual(await database.rows('gold.customer_360'));
  });
  await fc.assert(property, { numRuns: 12 });
});

test('no row knows what happened after its day, be it alone or beside later days', async () => {
  let changed = 0;
  const property = fc.asyncProperty(known, fc.constantFrom(...DAYS.slice(0, -1)), async (all, day) => {
    const steps = { models: MODELS, batches: [DAYS.filter((each) => each <= day)], domain: [DAYS[0]!, day] as const };
    await fromScratch(database, steps, tables(asOf(all, day)));
    const then = await customersOf(day);

    await fromScratch(database, { models: MODELS, batches: [DAYS], domain: DOMAIN }, tables(all));
    expect(await customersOf(day)).toEqual(then);
    const later = await customersOf(DOMAIN[1]);
    if (JSON.stringify(later) !== JSON.stringify(then)) changed++;

    for (const model of SNAPSHOTS) {
      await database.load(model.name, []);
      await database.build(model, [day], { domain: DOMAIN, unfenced: true });
    }
    expect(await customersOf(day)).toEqual(then);
  });
  await fc.assert(property, { numRuns: 12 });
  expect(changed, 'runs in which later days had something new to tell').toBeGreaterThan(0);
});

/** A model and those that it reads, directly or through others, up to tables that are made from bronze. */
function readBy(name: string): typeof PROJECT.models {
  const wanted = new Set([name]);
  return PROJECT.models
    .toReversed()
    .filter((model) => {
      const isWanted = wanted.has(model.name) && !model.inputs.some(({ table }) => table.startsWith('bronze.'));
      if (isWanted) for (const { table } of model.inputs) wanted.add(table);
      return isWanted;
    })
    .toReversed();
}

/** The rows of a day, without it. */
async function customersOf(day: Day): Promise<Row[]> {
  const rows = await database.rows('gold.customer_360');
  return rows.filter((each) => each.at(-1) === day).map((each) => each.slice(0, -1));
}

/** About a share of everything, as if the rest were still to come. */
function withoutLate(all: Known, share: number): Known {
  const early = <T>(rows: readonly T[]) => rows.filter((_, index) => ((index * 7) % 10) / 10 < share);
  return {
    profiles: early(all.profiles),
    purchases: early(all.purchases),
    refunds: early(all.refunds),
    interactions: early(all.interactions),
    clicks: early(all.clicks),
    contacts: early(all.contacts),
  };
}

function tables({ profiles, purchases, refunds, interactions, clicks, contacts }: Known): Tables {
  const when = (at: number) => new Date(at).toISOString().slice(0, -1).replace('T', ' ');
  const text = (values: Readonly<Record<string, string | number | null>>) =>
    Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, `${value}`]])));
  const rows = (table: string, values: Record<string, string | number | null>[]) =>
    [table, values.map((each) => inTable(table, text(each)))] as const;
  return new Map([
    ['silver.interactions', interactions.map((each: Interaction) => interactionRow(each))],
    rows(
      'silver.customers',
      profiles.map(({ user, at, segment, location, registered }) => ({
        ...{ id: `${user} ${at}`, customer_id: user, customer_segment: segment, location },
        ...{ registration_date: registered, updated_at: when(at), dt: dayAt(at) },
      })),
    ),
    rows(
      'silver.transactions',
      purchases.map(({ id, user, at, cents, channel, outcome }) => ({
        ...{ transaction_id: id, user_id: user, price: (cents / 100).toFixed(2), channel, outcome },
        ...{ timestamp: when(at), dt: dayAt(at) },
      })),
    ),
    rows(
      'silver.refunds',
      refunds.map(({ user, at, cents }, index) => ({
        ...{
          refund_id: `r${index}`,
          user_id: user,
          amount: (cents / 100).toFixed(2),
          timestamp: when(at),
          dt: dayAt(at),
        },
      })),
    ),
    rows(
      'silver.clickstream',
      clicks.map(({ user, at, type }) => ({ user_id: user, event_type: type, timestamp: when(at), dt: dayAt(at) })),
    ),
    rows(
      'silver.contacts',
      contacts.map(({ user, at, type, wait, outcome }) => ({
        ...{ customer_id: user, interaction_date: when(at), interaction_type: type, response_time: wait },
        ...{ interaction_outcome: outcome, dt: dayAt(at) },
      })),
    ),
  ]);
}

/** A row of gold.customer_360. */
function row(customer: ReturnType<typeof customer360>[number], day: Day): Row {
  const { profile } = customer;
  const values = [
    ...[customer.user, profile !== undefined, profile?.segment ?? null, profile?.location ?? null],
    ...[profile?.registered ?? null, customer.purchases, customer.reversed],
    ...[customer.refunds, (customer.refunded / 100).toFixed(2), (customer.cents / 100).toFixed(2)],
    ...[customer.lastPurchase, customer.recency, customer.recentPurchases, customer.channel],
    ...[customer.sessions, customer.meanSession, customer.viewDays, customer.convertedDays, customer.conversion],
    ...[customer.contacts, customer.complaints, customer.answered, customer.meanWait, customer.medianWait],
    ...[customer.lastContact, customer.open, day],
  ];
  return values.map((value) => (value === null ? null : String(value)));
}
