import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Day, dayNumber, daysBetween, monthOf } from '../../core/dates.ts';
import { dailyMetrics } from '../oracle/actives.ts';
import { DAY, type Interaction, type Transaction } from '../oracle/events.ts';
import { dailyRow, goldTables, interactionRow, transactionRow } from '../oracle/gold-tables.ts';
import { GoldDatabase, type Row } from './gold-database.ts';
import { GOLD, goldNamed, outputOf } from './model-files.ts';
import { batches, DAYS, interactions, transactions } from './streams.ts';

/** What the naive model has events for. */
const given = new Set(['silver.interactions', 'silver.transactions']);
/** Gold models that read only those, directly or through others; each after those it reads. */
const ordered = [...GOLD.values()].filter((model) => {
  const buildable = model.inputs.every(({ table }) => given.has(table));
  if (buildable) given.add(model.name);
  return buildable;
});
let database: GoldDatabase;

beforeAll(async () => {
  database = await GoldDatabase.open();
});
afterAll(() => database.close());

test('gold built in one statement a table equals the naive model', async () => {
  const property = fc.asyncProperty(interactions, transactions, async (events, purchases) => {
    await buildAll(events, purchases, { batches: [DAYS] });
    await expectOracle(events, purchases);
  });
  await fc.assert(property, { numRuns: 20 });
});

test('gold built in any batches of days, each given only its windows, equals the naive model', async () => {
  const property = fc.asyncProperty(interactions, transactions, batches, async (events, purchases, split) => {
    await buildAll(events, purchases, { batches: split });
    await expectOracle(events, purchases);
  });
  await fc.assert(property, { numRuns: 8 });
});

test('gold built a day at a time, with every other day in sight, equals the naive model', async () => {
  const property = fc.asyncProperty(interactions, transactions, async (events, purchases) => {
    await buildAll(events, purchases, { batches: DAYS.map((day) => [day]), unfenced: true });
    await expectOracle(events, purchases);
  });
  await fc.assert(property, { numRuns: 4 });
});

test('rolling actives over two months equal the naive model', async () => {
  const days = daysBetween('2026-01-01', '2026-03-01');
  const activity = fc.record({ user: fc.constantFrom('ana', 'bob', 'cem', 'dee'), day: fc.constantFrom(...days) });
  const targets = fc.uniqueArray(fc.constantFrom(...days), { minLength: 1 });
  const property = fc.asyncProperty(fc.array(activity, { maxLength: 30 }), targets, async (active, wanted) => {
    const events = active.map(({ user, day }, index) => ({
      ...{ id: `e${index}`, user, at: dayNumber(day) * DAY, action: 'edit', duration: index, device: null },
    }));
    await database.load('gold.user_day', goldTables(events, [], days).get('gold.user_day')!);
    await database.load('gold.daily_metrics', []);
    await database.build(goldNamed('daily_metrics'), wanted, { domain: ['2026-01-01', '2026-03-01'] });
    const actual = await database.rows('gold.daily_metrics');
    const expected = wanted.map((day) => dailyRow(dailyMetrics(events, day), day));
    expect(actual).toEqual(await asStored('gold.daily_metrics', expected));
  });
  await fc.assert(property, { numRuns: 40 });
});

interface Build {
  readonly batches: readonly (readonly Day[])[];
  readonly unfenced?: boolean;
}

/** Fills silver with the events and builds every gold table from it. */
async function buildAll(events: Interaction[], purchases: Transaction[], { batches, unfenced }: Build): Promise<void> {
  await database.load('silver.interactions', events.map(interactionRow));
  await database.load('silver.transactions', purchases.map(transactionRow));
  for (const model of ordered) {
    await database.load(outputOf(model).table, []);
    for (const targets of model.partitions === 'month' ? monthly(batches) : batches) {
      await database.build(model, targets, { domain: [DAYS[0]!, DAYS.at(-1)!], unfenced: unfenced ?? false });
    }
  }
}

/** Months in one batch if the days are, else each alone. */
function monthly(batches: Build['batches']): Day[][] {
  const months = [...new Set(DAYS.map(monthOf))];
  return batches.length === 1 ? [months] : months.map((month) => [month]);
}

async function expectOracle(events: Interaction[], purchases: Transaction[]): Promise<void> {
  for (const model of ordered) {
    for (const { name } of outputOf(model).audits)
      expect(await database.complaints(model, name), `${model.name} ${name}`).toEqual([]);
  }
  for (const [table, rows] of goldTables(events, purchases, DAYS)) {
    const actual = await database.rows(table);
    expect(actual, table).toEqual(await asStored(table, rows));
  }
}

/** The rows as the engine writes their values, sorted; replaces those of the table. */
async function asStored(table: string, rows: readonly Row[]): Promise<Row[]> {
  await database.load(table, rows);
  return database.rows(table);
}
