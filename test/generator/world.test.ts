import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import clickstream from '../../contracts/clickstream.ts';
import contacts from '../../contracts/contacts.ts';
import customers from '../../contracts/customers.ts';
import decisions from '../../contracts/decisions.ts';
import interactions from '../../contracts/interactions.ts';
import marketPrices from '../../contracts/market_prices.ts';
import orders from '../../contracts/orders.ts';
import products from '../../contracts/products.ts';
import refunds from '../../contracts/refunds.ts';
import shippingRates from '../../contracts/shipping_rates.ts';
import suppliers from '../../contracts/suppliers.ts';
import transactions from '../../contracts/transactions.ts';
import users from '../../contracts/users.ts';
import { drawPlace } from '../../generator/places.ts';
import { Random } from '../../generator/random.ts';
import { worldOptions } from '../../generator/world/options.ts';
import { type WrittenWorld, writeWorld } from '../../generator/world/write-world.ts';
import { type Counts, ParsedWorld, type Row } from './parsed-world.ts';

const CONTRACTS = [
  clickstream,
  contacts,
  customers,
  decisions,
  interactions,
  marketPrices,
  orders,
  products,
  refunds,
  shippingRates,
  suppliers,
  transactions,
  users,
];
const root = mkdtempSync(join(tmpdir(), 'sluice-world-'));
afterAll(() => rmSync(root, { recursive: true }));

const options = worldOptions({ events: 60_000, days: 12, seed: 5, defects: 0.03 });
let written: WrittenWorld;
let world: ParsedWorld;
// biome-ignore lint/suspicious/noExplicitAny: JSON of a known shape
let truth: any;

beforeAll(async () => {
  written = await writeWorld(options, join(root, 'world'), false);
  world = new ParsedWorld(join(root, 'world'), CONTRACTS);
  truth = JSON.parse(readFileSync(written.truth, 'utf8'));
});

/** Every file below a folder with its bytes, one character each, by path. */
function filesIn(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'latin1')]));
}

/** `Map.groupBy`, which node 20 has not. */
function grouped<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

const rows = (entity: string): Row[] => world.rows[entity]!;
const by = (entity: string, field: string) => grouped(rows(entity), (row) => row[field]);
const ids = (entity: string, field: string) => new Set(rows(entity).map((row) => row[field]));

describe('a generated world', () => {
  it('is the same bytes for the same options, over what was there, and others for another seed', async () => {
    const small = worldOptions({ events: 3000, days: 5 });
    for (const folder of ['one', 'two']) await writeWorld(small, join(root, folder), folder === 'two');
    await writeWorld(small, join(root, 'two'), false);
    expect(filesIn(join(root, 'two'))).toEqual(filesIn(join(root, 'one')));
    await writeWorld({ ...small, seed: 8 }, join(root, 'two'), false);
    const [one, two] = [filesIn(join(root, 'one')), filesIn(join(root, 'two'))];
    for (const [path, bytes] of one) if (path.startsWith('events')) expect(two.get(path)).not.toBe(bytes);
  });

  it('tells the truth: a plain reader of the files counts the same', () => {
    const told = Object.fromEntries(
      Object.entries<Counts>(truth.entities).map(([entity, { received, good, bad, duplicates }]) => [
        entity,
        { received, good, bad, duplicates },
      ]),
    );
    expect(world.counts).toEqual(told);
    expect(world.unparsable).toBe(truth.unparsable);
    expect(world.lines).toBe(written.events.lines);
    expect(Object.keys(told).sort()).toEqual(CONTRACTS.map(({ entity }) => entity).sort());
  });

  it('has about the lines and shares that were asked for', () => {
    expect(world.lines / options.events).toBeGreaterThan(0.9);
    expect(world.lines / options.events).toBeLessThan(1.1);
    const streams = CONTRACTS.filter(({ dated }) => dated === undefined).map(({ entity }) => world.counts[entity]!);
    const sum = (count: (one: Counts) => number) => streams.reduce((all, one) => all + count(one), 0);
    expect(sum(({ duplicates }) => duplicates) / sum(({ good }) => good)).toBeCloseTo(options.duplicates, 2);
    expect((sum(({ bad }) => bad) + world.unparsable) / sum(({ good }) => good)).toBeCloseTo(options.defects, 2);
  });

  it('has something wrong in every field that can be refused, and nothing wrong that is not', async () => {
    const dirty = worldOptions({ events: 60_000, days: 40, defects: 0.4, products: 20 });
    const { truth: path } = await writeWorld(dirty, join(root, 'dirty'), false);
    const found = new ParsedWorld(join(root, 'dirty'), CONTRACTS);
    for (const [entity, counts] of Object.entries(JSON.parse(readFileSync(path, 'utf8')).entities)) {
      expect({ entity, ...(counts as Counts) }).toMatchObject({ entity, ...found.counts[entity] });
    }
    const refusable = CONTRACTS.flatMap(({ entity, fields }) =>
      Object.entries(fields)
        .filter(([, { required, kind }]) => required || kind !== 'text')
        .map(([name]) => `${entity}.${name}`),
    );
    expect(refusable.filter((field) => !found.refused.has(field))).toEqual([]);
  });

  it('knows everybody who does anything', () => {
    const known = ids('users', 'user_id');
    for (const entity of ['interactions', 'clickstream', 'decisions', 'transactions', 'refunds']) {
      expect(rows(entity).filter((row) => !known.has(row.user_id))).toEqual([]);
    }
    const registered = ids('customers', 'customer_id');
    for (const entity of ['orders', 'contacts']) {
      expect(rows(entity).filter((row) => !registered.has(row.customer_id))).toEqual([]);
    }
    expect(rows('transactions').filter((row) => !registered.has(row.user_id))).toEqual([]);
    expect(known.size).toBe(truth.users.all);
    expect(registered.size).toBe(truth.users.customers);
    for (const bot of truth.users.bots) expect(registered).not.toContain(bot);
    const versions = [...by('users', 'user_id').values()].map((all) => all.length);
    expect(Math.max(...versions)).toBeGreaterThan(1);
  });

  it('takes the quantity times a price that was decided for that user and product before the purchase', () => {
    const decided = grouped(rows('decisions'), ({ user_id, sku }) => `${user_id} ${sku}`);
    let found = 0;
    for (const { user_id, product_id, quantity, price, timestamp } of rows('transactions')) {
      const before = (decided.get(`${user_id} ${product_id}`) ?? []).filter((one) => one.timestamp! <= timestamp!);
      const paid = Math.round(100 * Number(price));
      if (before.some((one) => Math.round(100 * Number(one.output_price)) * Number(quantity) === paid)) found += 1;
    }
    // The others had a decision that was spoilt on its way.
    expect(found / rows('transactions').length).toBeGreaterThan(0.95);
  });

  it('tells the revenue of each variant: what was paid in all for what its users bought', () => {
    const variants = new Map<unknown, Set<unknown>>();
    for (const { experiment, variant, user_id } of rows('decisions')) {
      if (experiment !== 'price-level') continue;
      variants.set(variant, (variants.get(variant) ?? new Set()).add(user_id));
    }
    const happened = truth.experiments[0].happened as { variant: string; revenueCents: number }[];
    for (const { variant, revenueCents } of happened) {
      const own = rows('transactions').filter(({ user_id }) => variants.get(variant)!.has(user_id));
      const paid = own.reduce((sum, { price }) => sum + Math.round(100 * Number(price)), 0);
      // Some purchases arrive spoilt, or after the last day.
      expect(paid / revenueCents).toBeGreaterThan(0.95);
      expect(paid).toBeLessThanOrEqual(revenueCents);
    }
  });

  it('pays back, days to weeks later, at most what was paid for a purchase, and tells how much', async () => {
    // Long enough for most of what is paid back to be paid within it.
    const long = worldOptions({ events: 60_000, days: 60, seed: 5 });
    const { truth: path } = await writeWorld(long, join(root, 'long'), false);
    const { rows: found, counts } = new ParsedWorld(join(root, 'long'), [refunds, transactions]);
    const purchases = new Map(found.transactions!.map((one) => [one.transaction_id, one]));
    const cents = (value: Row[string]) => Math.round(100 * Number(value));
    const days: number[] = [];
    const paidBack = new Map<Row[string], number>();
    for (const { transaction_id, user_id, amount, currency, timestamp } of found.refunds!) {
      const purchase = purchases.get(transaction_id);
      // The others are for purchases that were spoilt on their way.
      if (!purchase) continue;
      expect([user_id, currency, 'completed']).toEqual([
        purchase.user_id,
        purchase.currency,
        purchase.transaction_status,
      ]);
      days.push((Date.parse(String(timestamp)) - Date.parse(String(purchase.timestamp))) / 86_400_000);
      paidBack.set(transaction_id, (paidBack.get(transaction_id) ?? 0) + cents(amount));
    }
    expect(days.length / found.refunds!.length).toBeGreaterThan(0.95);
    expect(paidBack.size / purchases.size).toBeGreaterThan(0.05);
    expect(Math.min(...days)).toBeGreaterThan(2);
    expect(Math.max(...days)).toBeGreaterThan(14);
    const shares = [...paidBack].map(([id, sum]) => sum / cents(purchases.get(id)!.price));
    expect(Math.max(...shares)).toBe(1);
    expect(shares.filter((share) => share < 1).length / shares.length).toBeGreaterThan(0.1);
    expect(paidBack.size).toBeLessThan(days.length);
    expect(counts.refunds!.duplicates).toBeGreaterThan(0);

    const told = JSON.parse(readFileSync(path, 'utf8')).refunds;
    expect(told.whole + told.partial).toBe(found.refunds!.length);
    expect(cents(told.amount)).toBe(found.refunds!.reduce((sum, { amount }) => sum + cents(amount), 0));
    expect(told.whole).toBeGreaterThan(told.partial);
  });

  it('has an order with the amount of each transaction and its shipping, in a shop that numbers its own', () => {
    const created = grouped(
      rows('orders'),
      ({ customer_id, sku, created_at }) => `${customer_id} ${sku} ${created_at}`,
    );
    const paid = grouped(
      rows('decisions').filter((one) => one.decision_type === 'shipping'),
      ({ user_id }) => user_id,
    );
    let found = 0;
    for (const { user_id, product_id, timestamp, price } of rows('transactions')) {
      const order = created.get(`${user_id} ${product_id} ${timestamp}`)?.[0];
      if (!order) continue;
      const shipping = Math.round(100 * (Number(order.amount) - Number(price)));
      const possible = (paid.get(user_id) ?? []).map((one) => Math.round(100 * Number(one.output_price)));
      found += shipping === 0 || possible.includes(shipping) ? 1 : 0;
    }
    expect(found / rows('transactions').length).toBeGreaterThan(0.95);
    const shops = grouped(rows('orders'), ({ order_id }) => order_id);
    expect([...shops.values()].some((all) => new Set(all.map((one) => one.record_source)).size > 1)).toBe(true);
    for (const { updated_at, created_at } of rows('orders')) expect(updated_at! >= created_at!).toBe(true);
  });

  it('decides from the list price of the day and the rates of the day, which are in the snapshots', () => {
    const listed = new Map(rows('products').map((row) => [`${row.dt} ${row.sku}`, Number(row.list_price)]));
    const rates = grouped(rows('shipping_rates'), ({ dt, zone }) => `${dt} ${zone}`);
    const { missing, wrong } = truth.snapshots;
    for (const { decision_type, timestamp, sku, zone, input_price, input_weight_kg } of rows('decisions')) {
      const dt = String(timestamp).slice(0, 10);
      if (decision_type === 'pricing') {
        if (dt !== missing.day && dt !== wrong.day) expect(listed.get(`${dt} ${sku}`)).toBe(input_price);
      } else {
        const band = rates
          .get(`${dt} ${zone}`)!
          .filter((rate) => Number(rate.weight_band_kg) >= Number(input_weight_kg))
          .sort((one, other) => Number(one.weight_band_kg) - Number(other.weight_band_kg))[0];
        expect(Number(band!.price)).toBe(input_price);
      }
    }
  });

  it('has snapshots of which one is missing, one is wrong until the next, and one came twice', () => {
    const dates = new Set(rows('products').map(({ dt }) => dt));
    const { missing, wrong, twice } = truth.snapshots;
    expect(dates.has(missing.day)).toBe(false);
    expect(dates.size).toBe(options.days - 1);
    const price = (dt: string) => Number(rows('products').find((row) => row.dt === dt && row.sku === 'P0')!.list_price);
    const next = [...dates].sort().find((date) => date! > wrong.day) as string;
    expect(price(wrong.day) / price(next)).toBeGreaterThan(50);
    const onTwice = world.rows.suppliers!.filter(({ dt }) => dt === twice.day).length;
    expect(world.counts.suppliers!.duplicates).toBeGreaterThanOrEqual(onTwice);
    expect(truth.entities.products.known).toBe(1);
    const skus = [...by('products', 'dt').values()].map((all) =>
      all
        .map(({ sku }) => sku)
        .sort()
        .join(),
    );
    expect(new Set(skus).size).toBeGreaterThan(2);
    const prices = new Set(
      rows('products')
        .filter(({ dt }) => dt !== wrong.day)
        .map(({ sku, list_price }) => `${sku} ${list_price}`),
    );
    expect(prices.size).toBeGreaterThan(ids('products', 'sku').size);
  });

  it('converts as planted, by what the decisions and what followed them say', () => {
    const [pricing, shipping] = truth.experiments;
    for (const { experiment, planted, happened } of [pricing, shipping]) {
      for (const [index, { variant, exposures, carts, orders: bought }] of happened.entries()) {
        const found = rows('decisions').filter((one) => one.experiment === experiment && one.variant === variant);
        expect(found.length / exposures).toBeGreaterThan(0.95);
        expect(found.length).toBeLessThanOrEqual(exposures);
        const { cartsPerExposure, ordersPerExposure } = planted[index];
        const [rate, probability] = cartsPerExposure
          ? [carts / exposures, cartsPerExposure]
          : [bought / exposures, ordersPerExposure];
        const deviation = Math.sqrt((probability * (1 - probability)) / exposures);
        expect(Math.abs(rate - probability)).toBeLessThan(4 * deviation);
      }
    }
    const converted = (variant: number) => pricing.happened[variant].purchases / pricing.happened[variant].exposures;
    expect(converted(1)).toBeGreaterThan(converted(0));
  });

  it('maps places to the zones of the contract', () => {
    const random = new Random(1);
    const { map, otherwise } = transactions.derived.delivery_zone!;
    for (let drawn = 0; drawn < 500; drawn++) {
      const { location, zone } = drawPlace(drawn % 2 ? 'shop-eu' : 'shop-us', random);
      expect(zone).toBe(map[location] ?? otherwise);
    }
  });

  it('is skewed, weekly and daily', () => {
    const views = [...by('clickstream', 'product_id').entries()]
      .filter(([sku]) => sku)
      .map(([, all]) => all.length)
      .sort((one, other) => other - one);
    expect(views[0]! / views.at(-1)!).toBeGreaterThan(3);
    const hours = grouped(rows('clickstream'), ({ timestamp }) => String(timestamp).slice(11, 13));
    expect(hours.get('21')!.length / hours.get('04')!.length).toBeGreaterThan(3);
    const days = grouped(rows('interactions'), ({ timestamp }) => String(timestamp).slice(0, 10));
    // Friday and Sunday.
    expect(days.get('2026-01-09')!.length / days.get('2026-01-11')!.length).toBeGreaterThan(1.2);
  });

  it('arrives late, out of order and by day of arrival', () => {
    let late = 0;
    let before = 0;
    for (const [path, text] of filesIn(written.events.folder)) {
      const date = path.slice('ingest_date='.length, 'ingest_date='.length + 10);
      let last = '';
      for (const [, time] of text.matchAll(/"time":"([^"]+)"/g)) {
        expect(time! < `${date}T24`).toBe(true);
        if (Date.parse(date) - Date.parse(time!.slice(0, 10)) > 86_400_000) late += 1;
        if (time! < last) before += 1;
        last = time!;
      }
    }
    expect(late / world.lines).toBeGreaterThan(0.01);
    expect(before / world.lines).toBeGreaterThan(0.05);
  });

  it('does not repeat itself: what compresses is the form, not what is drawn', () => {
    const [, text] = [...filesIn(written.events.folder)].sort((one, other) => other[1].length - one[1].length)[0]!;
    const lines = text.split('\n').length;
    // An id has 16 bytes of entropy, a time, a user, a duration and a page about 8 more.
    expect(gzipSync(Buffer.from(text, 'latin1'), { level: 9 }).length / lines).toBeGreaterThan(24);
  });
});

describe('the options of a world', () => {
  it.each([
    [{ events: 0 }, 'events 0'],
    [{ days: 1.5 }, 'days 1.5'],
    [{ days: 4000 }, 'days 4000'],
    [{ seed: -1 }, 'seed -1'],
    [{ start: '2026-02-30' }, 'start 2026-02-30'],
  ])('%j are refused by name', (given, message) => {
    expect(() => worldOptions(given)).toThrow(message);
  });

  it('may ask for very little', async () => {
    const { events } = await writeWorld(worldOptions({ events: 1, days: 1 }), join(root, 'little'), true);
    expect(events.lines).toBeGreaterThan(0);
  });
});
