import fc from 'fast-check';
import { afterEach, describe, expect, it, test } from 'vitest';
import { dayNumber } from '../../core/dates.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { snapshotAsOf } from '../contract/asof-oracle.ts';
import {
  type Change,
  closeAll,
  corrected,
  DAYS,
  dayAt,
  deliver,
  FIRST,
  HIGHER,
  HIGHEST,
  type Order,
  open,
  PROJECT,
  type PriceList,
  type Sent,
} from '../pipeline/dimensions.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { needlessBuilds, readings } from './needless-builds.ts';

afterEach(closeAll);

type Numbered = readonly [number: number, sent: Sent];

const item = fc.constantFrom('a', 'b', 'c');
const day = fc.nat(DAYS - 1);
// One list of each export of a day: of two that differ in a price the ids, hashes, would decide.
const lists: fc.Arbitrary<PriceList[]> = fc
  .uniqueArray(
    fc.record({
      day,
      prices: fc.dictionary(item, fc.constantFrom(0, 1, 2, HIGHEST + 1), { maxKeys: 3 }),
      exported: fc.constantFrom(null, 9, 10),
      isBroken: fc.constantFrom(false, false, false, true),
    }),
    { maxLength: 8, selector: ({ day, exported }) => `${day} ${exported}` },
  )
  .map((all) => all.map((one) => ({ kind: 'prices', ...one })));
const changes: fc.Arbitrary<Change[]> = fc
  .array(
    fc.record({
      shop: fc.constantFrom('x', 'y'),
      day,
      hour: fc.constantFrom(8, 20),
      level: fc.nat(3),
      deleted: fc.constantFrom(null, null, false, true),
      lag: fc.nat(5),
    }),
    { maxLength: 14 },
  )
  .map((all) => {
    // Of a change that is told twice, with other values, ids would decide, too.
    const distinct = new Map(all.map((one) => [`${one.shop} ${one.day} ${one.hour} ${one.level}`, one]));
    return [...distinct.values()].map((one) => ({ kind: 'change', ...one }));
  });
const orders: fc.Arbitrary<Order[]> = fc
  .array(fc.record({ day, item, shop: fc.constantFrom('x', 'y') }), { maxLength: 8 })
  .map((all) => all.map((one) => ({ kind: 'order', ...one })));
/** Orders of the first and the last day keep the domain the same after every batch that has them. */
const ends: Numbered[] = [0, DAYS - 1].map((at) => [900 + at, { kind: 'order', day: at, item: 'a', shop: 'x' }]);

/** `item price since` of a day, by the rules of snapshots, if prices are taken up to a highest one. */
function pricesOn(sent: readonly Sent[], on: number, highest: number): string[] {
  const all = sent.filter((one): one is PriceList => one.kind === 'prices');
  const rows = all.flatMap(({ day, prices, exported = null }) =>
    Object.entries(prices).map(([key, price]) => ({ dt: dayAt(day), key, price, exported })),
  );
  const sound = rows.filter(({ price }) => price <= highest);
  const bad = rows.filter(({ price }) => price > highest);
  const cut = all.filter(({ isBroken }) => isBroken).map(({ day }) => ({ dt: dayAt(day), key: null }));
  // Silver has the newest of each key and day.
  const newest = new Map(
    sound.sort((a, b) => (a.exported ?? 0) - (b.exported ?? 0)).map((one) => [one.dt + one.key, one]),
  );
  const told = snapshotAsOf([...newest.values()], [...bad, ...cut], dayAt(on));
  return told.map(({ key, price, validFrom }) => `${key} ${price} ${validFrom}`);
}

/** `shop level since` of a day: the latest change up to its end; of two at once the least level counts in silver. */
function shopsOn(sent: readonly Sent[], on: number): string[] {
  const told = sent.filter((one): one is Change => one.kind === 'change' && one.day <= on);
  return ['x', 'y'].flatMap((shop) => {
    const [latest] = told
      .filter((one) => one.shop === shop)
      .sort((a, b) => b.day - a.day || b.hour - a.hour || a.level - b.level);
    return latest && !latest.deleted ? [`${shop} ${latest.level} ${dayAt(latest.day)}`] : [];
  });
}

/** The rows of a table by day, as texts of the columns named. */
async function rowsOn(pipeline: Pipeline, table: string, names: readonly string[]): Promise<Map<string, string[]>> {
  const rows = (await pipeline.rows()).get(table)!;
  const columns = PROJECT.tables.get(table)!.output.columns.map(({ name }) => name);
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const shown = names.map((name) => row[columns.indexOf(name)]).join(' ');
    found.set(row.at(-1)!, [...(found.get(row.at(-1)!) ?? []), shown].sort());
  }
  return found;
}

async function expectTold(pipeline: Pipeline, sent: readonly Sent[], highest = HIGHEST): Promise<void> {
  const prices = await rowsOn(pipeline, 'silver.prices_asof', ['item', 'price', 'valid_from']);
  const shops = await rowsOn(pipeline, 'silver.shops_asof', ['shop', 'level', 'valid_from']);
  for (let on = 0; on < DAYS; on++) {
    expect(prices.get(dayAt(on)) ?? [], `prices of ${dayAt(on)}`).toEqual(pricesOn(sent, on, highest).sort());
    expect(shops.get(dayAt(on)) ?? [], `shops of ${dayAt(on)}`).toEqual(shopsOn(sent, on).sort());
  }
}

const TRANSPORT = ['file_hash', 'line'];

test('dimensions are as of each day what was told of it, in any order, in any runs, by no needless build', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(lists, changes, orders).chain((parts) => {
        const all = parts.flat();
        return fc.shuffledSubarray(all, { minLength: all.length });
      }),
      fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }),
      async (sent, cuts) => {
        const numbered = sent.map((one, number): Numbered => [number, one]);
        const scratch = await open();
        await deliver(scratch, [...ends, ...numbered]);
        expect(await scratch.run()).toMatchObject({ failures: [], errors: [], blocked: [] });
        await expectTold(scratch, sent);

        const pipeline = await open();
        await deliver(pipeline, ends);
        let before = await readings(pipeline);
        const bounds = [0, ...cuts.sort((a, b) => a - b), numbered.length];
        for (let i = 1; i < bounds.length; i++) {
          await deliver(pipeline, numbered.slice(bounds[i - 1], bounds[i]));
          const report = await pipeline.run();
          expect(report).toMatchObject({ failures: [], errors: [], blocked: [] });
          const after = await readings(pipeline);
          expect(needlessBuilds(PROJECT, report, before, after)).toEqual([]);
          before = after;
        }
        expect(await pipeline.rows(undefined, TRANSPORT)).toEqual(await scratch.rows(undefined, TRANSPORT));
        expect(await pipeline.run()).toMatchObject({ waves: 0, published: [] });

        // What was refused, and broke its day, is sound by another contract.
        const release = corrected(pipeline);
        expect(await release.run()).toMatchObject({ failures: [], errors: [], blocked: [] });
        await expectTold(release, sent, HIGHER);
      },
    ),
    { numRuns: 4 },
  );
}, 60_000);

/** The days, from the first, of which a run has built a table, and of those the ones with other rows than before. */
function builds({ published }: RunReport, table: string): { built: number[]; changed: number[] } {
  const days = (all: RunReport['published']) =>
    all
      .filter((one) => one.table === table)
      .map(({ dt }) => dayNumber(dt) - dayNumber(FIRST))
      .sort((a, b) => a - b);
  return { built: days(published), changed: days(published.filter(({ changed }) => changed)) };
}

describe('what comes late to a dimension', () => {
  const change = (on: number, level: number): Sent => {
    return { kind: 'change', shop: 'x', day: on, hour: 8, level, deleted: null, lag: 0 };
  };

  async function start(): Promise<Pipeline> {
    const pipeline = await open();
    const daily = Array.from({ length: DAYS }, (_, on): Sent => ({ kind: 'order', day: on, item: 'a', shop: 'x' }));
    const told: Sent[] = [...daily, change(0, 1), change(5, 2)];
    for (const on of [0, 2, 4, 6]) told.push({ kind: 'prices', day: on, prices: { a: on, b: 1 } });
    await deliver(
      pipeline,
      told.map((one, number) => [number, one]),
    );
    await pipeline.run();
    return pipeline;
  }

  it('opens the facts of the days until the next change, and no others', async () => {
    const pipeline = await start();
    await deliver(pipeline, [[100, change(3, 7)]]);
    const report = await pipeline.run();
    expect(builds(report, 'silver.shops_asof')).toEqual({ built: [3, 4, 5, 6, 7], changed: [3, 4] });
    expect(builds(report, 'gold.valued')).toEqual({ built: [3, 4], changed: [3, 4] });
  });

  it('opens the facts of the days until the next snapshot, also if the same one came on another day', async () => {
    const pipeline = await start();
    await deliver(pipeline, [[100, { kind: 'prices', day: 3, prices: { a: 0, b: 1 } }]]);
    const report = await pipeline.run();
    expect(builds(report, 'silver.prices_asof')).toEqual({ built: [3, 4, 5, 6, 7], changed: [3] });
    expect(builds(report, 'gold.valued')).toEqual({ built: [3], changed: [3] });
  });

  /** `item price` as of each day. */
  async function pricesByDay(pipeline: Pipeline): Promise<string[]> {
    const rows = await rowsOn(pipeline, 'silver.prices_asof', ['item', 'price']);
    return Array.from({ length: DAYS }, (_, on) => (rows.get(dayAt(on)) ?? []).join(', '));
  }

  it('corrects a snapshot of the same day by a later export, whole, whichever comes first', async () => {
    const first: Sent = { kind: 'prices', day: 3, prices: { a: 30, b: 31, c: 32 }, exported: 9 };
    const second: Sent = { kind: 'prices', day: 3, prices: { a: 33, d: 34 }, exported: 10 };
    const inOrder = await start();
    const told = await pricesByDay(inOrder);
    await deliver(inOrder, [[100, first]]);
    await inOrder.run();
    expect((await pricesByDay(inOrder))[3]).toBe('a 30, b 31, c 32');
    await deliver(inOrder, [[101, second]]);
    expect(builds(await inOrder.run(), 'silver.prices_asof')).toEqual({ built: [3, 4, 5, 6, 7], changed: [3] });
    expect(await pricesByDay(inOrder)).toEqual(told.map((prices, on) => (on === 3 ? 'a 33, d 34' : prices)));

    const reversed = await start();
    await deliver(reversed, [[101, second]]);
    await reversed.run();
    await deliver(reversed, [[100, first]]);
    await reversed.run();
    expect(await reversed.rows(undefined, TRANSPORT)).toEqual(await inOrder.rows(undefined, TRANSPORT));
  });

  it('deletes nothing by a record that was refused, until that record is taken', async () => {
    const pipeline = await start();
    await deliver(pipeline, [[100, { kind: 'prices', day: 5, prices: { a: HIGHEST + 1, c: 9 } }]]);
    await pipeline.run();
    expect((await pricesByDay(pipeline)).slice(4)).toEqual(['a 4, b 1', 'a 4, c 9', 'a 6, b 1', 'a 6, b 1']);
    const release = corrected(pipeline);
    await release.run();
    expect((await pricesByDay(release)).slice(4)).toEqual(['a 4, b 1', 'a 101, c 9', 'a 6, b 1', 'a 6, b 1']);
  });

  it('deletes nothing by a file that is cut within a line', async () => {
    const pipeline = await start();
    await deliver(pipeline, [[100, { kind: 'prices', day: 7, prices: { a: 70 }, isBroken: true }]]);
    await pipeline.run();
    expect((await pricesByDay(pipeline)).slice(6)).toEqual(['a 6, b 1', 'a 70, b 1']);
    const quarantine = (await pipeline.rows()).get('quarantine.prices')!;
    expect(quarantine.map(([, , reasons, payload]) => [reasons, payload])).toEqual([['not_json', '{"item": "']]);
  });

  it('corrects a change of the same day by a later time, and by nothing else', async () => {
    const pipeline = await start();
    const levels = async () => (await rowsOn(pipeline, 'silver.shops_asof', ['shop', 'level'])).get(dayAt(7));
    expect(await levels()).toEqual(['x 2']);
    // At the same time the order of the contract decides: the least level.
    await deliver(pipeline, [[100, change(5, 3)]]);
    await pipeline.run();
    expect(await levels()).toEqual(['x 2']);
    await deliver(pipeline, [[101, { ...change(5, 3), hour: 9 } as Sent]]);
    expect(builds(await pipeline.run(), 'gold.valued')).toEqual({ built: [5, 6, 7], changed: [5, 6, 7] });
    expect(await levels()).toEqual(['x 3']);
  });

  it('opens no fact if it is a copy of what was told', async () => {
    const pipeline = await start();
    await deliver(pipeline, [[100, { kind: 'prices', day: 2, prices: { a: 2, b: 1 } }]]);
    expect((await pipeline.run()).published).toEqual([]);
    // Other bytes, the same rows.
    await deliver(pipeline, [[101, { kind: 'prices', day: 2, prices: { b: 1, a: 2 } }]]);
    const report = await pipeline.run();
    expect(report.published.map(({ table }) => table)).not.toContain('silver.prices_asof');
    expect(report.published.map(({ table }) => table)).not.toContain('gold.valued');
  });
});
