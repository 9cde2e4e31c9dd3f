import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, type Day, daysBetween } from '../../core/dates.ts';
import { productConversion, type Viewed } from '../oracle/conversion.ts';
import {
  asOf,
  type Conversion,
  type Expected,
  pricingFeatures,
  published,
  rateCards,
  type Shop,
  shippingFeatures,
} from '../oracle/pricing.ts';
import { GoldDatabase, type Row } from './gold-database.ts';
import { columnsOf, goldNamed, PROJECT } from './model-files.ts';
import { fromScratch, inTable, inTwoSteps, type Steps, type Tables } from './two-steps.ts';

const FIRST: Day = '2026-02-01';
/** Days on which something is told, and that are built. */
const DAYS = daysBetween('2026-02-27', '2026-03-06');
const DOMAIN = [FIRST, DAYS.at(-1)!] as const;

/** As-of tables as the contracts give them, and what is made of them. */
const MODELS = [
  ...['products', 'suppliers', 'market_prices', 'shipping_rates'].map((dimension) => {
    return PROJECT.models.find(({ name }) => name === `silver.${dimension}_asof`)!;
  }),
  ...['product_conversion', 'rate_cards', 'shipping_features', 'pricing_features'].map(goldNamed),
];

const day = fc.constantFrom(...DAYS);
const sku = fc.constantFrom('P1', 'P2', 'P3', 'P4', 'P5');
/** Few prices, so that they tie. */
const cents = fc.constantFrom(99, 1000, 1000, 1250, 1999, 30_000);
/** Around the bands; none of these volumes is half a gram when it is divided. */
const grams = fc.constantFrom(1, 999, 1000, 1001, 2000, 2001, 5000, 40_000);
const sides = fc.constantFrom<[number, number, number][]>(
  [1000, 1000, 5000],
  [1000, 2000, 5000],
  [1020, 700, 300],
  [4000, 3000, 2000],
);

/** Whole snapshots of some of these days: the others have none, and each may lack what another has. */
function snapshots<T extends object>(row: fc.Arbitrary<T>, key: (row: T) => string, maxLength: number) {
  const day = fc.constantFrom(DAYS[0]!, DAYS[2]!, DAYS[3]!, DAYS[6]!);
  const told = fc.record({ day, row }).map((each) => ({ ...each.row, day: each.day }));
  return fc.uniqueArray(told, { maxLength, size: 'max', selector: (each) => `${each.day} ${key(each)}` });
}

const shop: fc.Arbitrary<Shop> = fc.record({
  products: snapshots(
    fc.record({ sku, category: fc.constantFrom('lamps', 'desks'), anchor: fc.boolean(), cents, grams, sides }),
    (each) => each.sku,
    24,
  ),
  offers: snapshots(
    fc.record({
      ...{ supplier: fc.constantFrom('s1', 's2', 's3'), sku },
      cents: fc.oneof(cents, fc.constant(0)),
      leadDays: fc.nat(2),
    }),
    (each) => `${each.supplier} ${each.sku}`,
    24,
  ),
  asked: snapshots(
    fc.record({ sku, competitor: fc.constantFrom('c1', 'c2', 'c3', 'c4'), cents, seen: day }),
    (each) => `${each.sku} ${each.competitor}`,
    24,
  ),
  rates: snapshots(
    fc.record({
      ...{ zone: fc.constantFrom('A', 'B') },
      grams: fc.constantFrom(1000, 2000, 5000),
      cents: fc.constantFrom(0, 499, 1000),
    }),
    (each) => `${each.zone} ${each.grams}`,
    14,
  ),
});

const viewed: fc.Arbitrary<Viewed[]> = fc.uniqueArray(
  fc
    .record({ sku, day: fc.constantFrom(...daysBetween(...DOMAIN)), viewers: fc.nat(9), share: fc.nat(3) })
    .map(({ share, ...each }) => ({ ...each, converted: Math.floor((each.viewers * share) / 3) })),
  { maxLength: 16, selector: (each) => `${each.sku} ${each.day}` },
);

/** Some of the days, in any order, one by one or several at once. */
const batches: fc.Arbitrary<Day[][]> = fc
  .record({ days: fc.shuffledSubarray(DAYS, { minLength: 2 }), size: fc.constantFrom(1, 2, DAYS.length) })
  .map(({ days, size }) => days.flatMap((_, at) => (at % size === 0 ? [days.slice(at, at + size)] : [])));

/** What is told later than the rest of a table: a row with another value until then, a row, all of a day's snapshot. */
interface Correction {
  readonly at: number;
  readonly what: 'value' | 'row' | 'snapshot';
}
const corrections = fc.array(
  fc.record({ at: fc.nat(1000), what: fc.constantFrom<Correction['what'][]>('value', 'row', 'snapshot') }),
  { maxLength: 3 },
);

/** The rows as they were before their corrections. */
function before<T extends { readonly day: Day }>(rows: readonly T[], later: readonly Correction[]): T[] {
  return later.reduce<T[]>(
    (told, { at, what }) => {
      const place = at % Math.max(told.length, 1);
      const one = told[place];
      if (!one) return told;
      if (what === 'snapshot') return told.filter(({ day }) => day !== one.day);
      if (what === 'row') return told.toSpliced(place, 1);
      const other = 'cents' in one ? { ...one, cents: Number(one.cents) + 100 } : one;
      return told.toSpliced(place, 1, other);
    },
    [...rows],
  );
}

/** Changes of each table by themselves: what is corrected in one must be seen through tables that stay as they are. */
const told = fc
  .record({
    ...{ shop, viewed, earlier: viewed },
    late: fc.record({ products: corrections, offers: corrections, asked: corrections, rates: corrections }),
    views: fc.boolean(),
  })
  .map(({ shop, viewed, earlier, late, views }) => ({
    after: { shop, viewed },
    before: {
      shop: {
        products: before(shop.products, late.products),
        offers: before(shop.offers, late.offers),
        asked: before(shop.asked, late.asked),
        rates: before(shop.rates, late.rates),
      },
      viewed: views ? viewed.filter((_, index) => index < earlier.length) : viewed,
    },
  }));

let database: GoldDatabase;

beforeAll(async () => {
  database = await GoldDatabase.open();
});
afterAll(() => database.close());

test('prices, rates and shipping equal the naive model, built in any batches and mended after late changes of dimensions', async () => {
  const property = fc.asyncProperty(told, batches, async (told, batches) => {
    const steps = { models: MODELS, batches, domain: DOMAIN };
    await inTwoSteps(database, steps, tablesOf(told.before), tablesOf(told.after));
    const mended = await everyRow();
    await expectNaive(told.after, batches.flat());
    await fromScratch(database, { ...steps, batches: [batches.flat().sort()] }, tablesOf(told.after));
    expect(mended).toEqual(await everyRow());
  });
  await fc.assert(property, { numRuns: 15 });
});

test('nothing after a day matters to it, even if every later day is in sight', async () => {
  const property = fc.asyncProperty(shop, viewed, day, async (shop, viewed, last) => {
    const steps: Steps = { models: MODELS, batches: [DAYS], domain: DOMAIN, unfenced: true };
    await fromScratch(database, steps, tablesOf({ shop, viewed }));
    const all = await everyRow();
    const known = {
      shop: {
        products: shop.products.filter(({ day }) => day <= last),
        offers: shop.offers.filter(({ day }) => day <= last),
        asked: shop.asked.filter(({ day }) => day <= last),
        rates: shop.rates.filter(({ day }) => day <= last),
      },
      viewed: viewed.filter(({ day }) => day <= last),
    };
    await fromScratch(database, { ...steps, unfenced: false }, tablesOf(known));
    const upTo = (rows: Row[]) => rows.filter((each) => each.at(-1)! <= last);
    expect(all.map(upTo)).toEqual((await everyRow()).map(upTo));
  });
  await fc.assert(property, { numRuns: 8 });
});

test('a corrected cost opens the days until the next snapshot, and no others', async () => {
  const [day0, day3] = [DAYS[0]!, DAYS[3]!];
  const product = { category: 'lamps', anchor: false, cents: 2000, grams: 1, sides: [100, 100, 100] as const };
  const offer = { supplier: 's1', sku: 'P1', cents: 1000, leadDays: 1 };
  const shop: Shop = {
    products: [{ ...product, sku: 'P1', day: day0 }],
    offers: [
      { ...offer, day: day0 },
      { ...offer, day: day3 },
    ],
    ...{ asked: [], rates: [] },
  };
  const corrected = {
    ...shop,
    offers: shop.offers.map((each) => (each.day === day0 ? { ...each, cents: 500 } : each)),
  };
  const steps = { models: MODELS, batches: [DAYS], domain: DOMAIN };
  await fromScratch(database, steps, tablesOf({ shop, viewed: [] }));
  const old = await marginsByDay();
  await inTwoSteps(database, steps, tablesOf({ shop, viewed: [] }), tablesOf({ shop: corrected, viewed: [] }));
  const fresh = await marginsByDay();
  expect(DAYS.filter((each) => old.get(each) !== fresh.get(each))).toEqual(DAYS.slice(0, 3));
  expect([fresh.get(day0), fresh.get(addDays(day3, -1)), fresh.get(day3)]).toEqual(['0.75', '0.75', '0.5']);
});

interface Known {
  readonly shop: Shop;
  readonly viewed: readonly Viewed[];
}

async function expectNaive({ shop, viewed }: Known, targets: readonly Day[]): Promise<void> {
  const all = (rows: (on: Day) => Expected[]) => targets.flatMap(rows);
  await expectRows(
    'gold.rate_cards',
    all((on) => rateCards(shop, on)),
  );
  await expectRows(
    'gold.shipping_features',
    all((on) => shippingFeatures(shop, on)),
  );
  await expectRows(
    'gold.pricing_features',
    all((on) => pricingFeatures(shop, conversionsOf(shop, viewed, on), on)),
  );
}

/** What gold.product_conversion has of a day, by its own naive model. */
function conversionsOf(shop: Shop, viewed: readonly Viewed[], on: Day): Conversion[] {
  const categories = new Map(asOf(shop.products, on).map(({ sku, category }) => [sku, category]));
  const shown = (rate: number | null | undefined) => (rate === null || rate === undefined ? null : published(rate));
  return productConversion(viewed, categories, on).map(({ sku, category, weeks, prior, rates }) => {
    return { sku, category, viewers: weeks.viewers, rate: shown(rates[1]), prior: shown(prior) };
  });
}

/** Decimals that a double is rounded to. */
const SCALES: Readonly<Record<string, number>> = {
  ...{ market_median: 4, market_mean: 4, volumetric_weight_kg: 3, volumetric_weight_iata_kg: 3 },
};

async function expectRows(table: string, expected: readonly Expected[]): Promise<void> {
  const columns = columnsOf(table);
  const key = (each: Expected) => ['dt', 'zone', 'sku', 'weight_up_to_kg'].map((name) => each[name] ?? '').join(' ');
  const inOrder = (a: Expected, b: Expected) => (key(a) < key(b) ? -1 : 1);
  const found = (await database.rows(table))
    .map((row): Expected => Object.fromEntries(columns.map(({ name }, place) => [name, row[place]!])))
    .sort(inOrder);
  const wanted = [...expected].sort(inOrder);
  expect(found.map(key), table).toEqual(wanted.map(key));
  for (const [index, one] of wanted.entries()) {
    for (const { name, type } of columns) {
      const [actual, value] = [found[index]![name]!, one[name]];
      const where = `${table} ${key(one)}: ${name}`;
      if (type !== 'double' || value === null || actual === null) expect(actual, where).toBe(value);
      else expect(Math.abs(Number(actual) - Number(value)), where).toBeLessThan(0.51 / 10 ** (SCALES[name] ?? 6));
    }
  }
}

function everyRow(): Promise<Row[][]> {
  return Promise.all(MODELS.map(({ name }) => database.rows(name)));
}

async function marginsByDay(): Promise<Map<Day, string | null>> {
  const place = columnsOf('gold.pricing_features').findIndex(({ name }) => name === 'profit_margin');
  return new Map((await database.rows('gold.pricing_features')).map((row) => [row.at(-1)!, row[place]!]));
}

function tablesOf({ shop, viewed }: Known): Tables {
  const decimal = (value: number, scale: number) => (value / 10 ** scale).toFixed(scale);
  const rows = <T extends { readonly day: Day }>(
    table: string,
    told: readonly T[],
    values: (row: T) => Record<string, string>,
  ) => [table, told.map((row) => inTable(table, { ...values(row), dt: row.day }))] as const;
  const refused = ['products', 'suppliers', 'market_prices', 'shipping_rates'].map((entity) =>
    rows(`quarantine.${entity}`, [], () => ({})),
  );
  return new Map([
    ...refused,
    rows(
      'silver.products',
      shop.products,
      ({ sku, category, anchor, cents, grams, sides: [length, width, height] }) => ({
        ...{ sku, category, is_anchor: `${anchor}`, list_price: decimal(cents, 2), weight_kg: decimal(grams, 3) },
        ...{ length_cm: decimal(length, 2), width_cm: decimal(width, 2), height_cm: decimal(height, 2) },
      }),
    ),
    rows('silver.suppliers', shop.offers, ({ supplier, sku, cents, leadDays }) => ({
      ...{ supplier_id: supplier, sku, unit_cost: decimal(cents, 2), lead_time_days: `${leadDays}` },
    })),
    rows('silver.market_prices', shop.asked, ({ sku, competitor, cents, seen }) => ({
      ...{ sku, competitor, price: decimal(cents, 2), price_date: seen },
    })),
    rows('silver.shipping_rates', shop.rates, ({ zone, grams, cents }) => ({
      ...{ zone, weight_band_kg: decimal(grams, 3), price: decimal(cents, 2) },
    })),
    rows('gold.product_day', viewed, ({ sku, viewers, converted }) => ({
      ...{ sku, views: `${viewers}`, add_to_carts: '1', purchases: `${converted}`, viewers: `${viewers}` },
      converted_viewers: `${converted}`,
    })),
  ]);
}
