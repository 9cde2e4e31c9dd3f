import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnyContract, contract } from '../../core/contract/contract.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { integer, optional, text, timestamp } from '../../core/contract/field.ts';
import { addDays } from '../../core/dates.ts';
import { type Refused, type SnapshotRow, snapshotAsOf } from './asof-oracle.ts';
import { modelRunner, PRELUDE } from './run-model.ts';

let runner: Awaited<ReturnType<typeof modelRunner>>;
beforeAll(async () => {
  runner = await modelRunner();
});
afterAll(() => runner.close());

const prices = {
  entity: 'prices',
  version: 1,
  meaning: 'An item has a price.',
  fields: {
    item: text({ meaning: 'Which.' }),
    colour: text({ meaning: 'How it looks.' }),
    price: integer({ meaning: 'How much.' }),
    listed: optional(timestamp({ meaning: 'When.' })),
  },
  dated: 'arrival',
  key: ['item'],
  history: 'snapshot',
} as const;
const exported: AnyContract = contract({ ...prices, historyVersion: 'listed', cluster: ['colour'] });
const united: AnyContract = contract(prices);

const DAYS = Array.from({ length: 8 }, (_, n) => addDays('2026-02-25', n));
const [D0, D1, D2, D3, D4] = DAYS as [string, string, string, string, string];

interface Priced extends SnapshotRow {
  readonly price: number;
}

/** `item price since` by day, as the table has them, in its order. */
async function asOf(
  entity: AnyContract,
  rows: readonly Priced[],
  refusals: readonly Refused[],
  targets: readonly string[] = DAYS,
): Promise<Map<string, string[]>> {
  const [silver, asofs] = entityModels(entity, PRELUDE);
  const [accepted, refused] = silver!.outputs;
  const texts = rows.map(({ dt, key, price, exported: number }) => ({
    ...{ id: `${key}${price}`, source: null, item: key, colour: key < 'c' ? 'red' : 'blue', price: String(price), dt },
    listed: number === null ? null : String(1_700_000_000_000 + number),
  }));
  // Twice, as days have more than one bad record.
  const bad = [...refusals, ...refusals].map(({ dt, key }) => ({ payload: '{', reasons: '', key_item: key, dt }));
  const { rows: found, complaints } = await runner.build(asofs!, [], targets, [
    { output: accepted!, rows: texts },
    { output: refused!, rows: bad },
  ]);
  expect(complaints).toEqual([]);
  const days = new Map<string, string[]>();
  for (const { item, price, valid_from, dt } of found.get('silver.prices_asof')!) {
    days.set(dt!, [...(days.get(dt!) ?? []), `${item} ${price} ${valid_from}`]);
  }
  return days;
}

const priced = (dt: string, prices: Record<string, number>, number: number | null = null): Priced[] =>
  Object.entries(prices).map(([key, price]) => ({ dt, key, price, exported: number }));

/** On each day a record of which not even the key could be read. */
const unread = (...days: readonly string[]): Refused[] => days.map((dt) => ({ dt, key: null }));

describe('snapshots as of each day', () => {
  it('lack what the newest sound one lacks, and carry forward what a broken one lacks', async () => {
    const rows = [
      ...priced(D0, { a: 1, b: 1, c: 1 }),
      ...priced(D1, { a: 2, d: 2 }),
      ...priced(D2, { b: 3 }),
      ...priced(D4, { d: 5 }),
    ];
    const days = await asOf(exported, rows, unread(D1, D2));
    expect(days.get(D0)?.sort()).toEqual([`a 1 ${D0}`, `b 1 ${D0}`, `c 1 ${D0}`]);
    expect(days.get(D1)?.sort()).toEqual([`a 2 ${D1}`, `b 1 ${D0}`, `c 1 ${D0}`, `d 2 ${D1}`]);
    const unsound = [`a 2 ${D1}`, `b 3 ${D2}`, `c 1 ${D0}`, `d 2 ${D1}`];
    expect(days.get(D2)?.sort()).toEqual(unsound);
    expect(days.get(D3)?.sort()).toEqual(unsound);
    expect(days.get(D4)).toEqual([`d 5 ${D4}`]);
    expect(days.get(DAYS[7]!)).toEqual([`d 5 ${D4}`]);
  });

  it('carry forward from the first, if none is sound', async () => {
    const rows = [...priced(D0, { a: 1 }), ...priced(D1, { b: 2 })];
    const days = await asOf(exported, rows, unread(D0, D1), [D1]);
    expect([...days]).toEqual([[D1, [`a 1 ${D0}`, `b 2 ${D1}`]]]);
  });

  it('carry forward a key whose record was refused, through days that refuse it, and lack the others', async () => {
    const rows = [
      ...priced(D0, { a: 1, b: 1, c: 1 }),
      ...priced(D1, { a: 2 }),
      ...priced(D2, { a: 3 }),
      ...priced(D4, { a: 5 }),
    ];
    const refused = [D1, D2].map((dt) => ({ dt, key: 'b' }));
    const days = await asOf(exported, rows, [...refused, { dt: D4, key: 'c' }]);
    expect(days.get(D1)?.sort()).toEqual([`a 2 ${D1}`, `b 1 ${D0}`]);
    expect(days.get(D3)?.sort()).toEqual([`a 3 ${D2}`, `b 1 ${D0}`]);
    expect(days.get(D4)).toEqual([`a 5 ${D4}`]);
    // A record that hides its key may be of each.
    const hidden = await asOf(exported, rows, [...refused, ...unread(D4)]);
    expect(hidden.get(D4)?.sort()).toEqual([`a 5 ${D4}`, `b 1 ${D0}`]);
    // What was gone before stays so.
    const gone = await asOf(exported, rows, [{ dt: D2, key: 'c' }, ...unread(D2)]);
    expect([D1, D2].map((dt) => gone.get(dt))).toEqual([[`a 2 ${D1}`], [`a 3 ${D2}`]]);
  });

  it('are of a day what its newest export has, whole', async () => {
    const rows = [
      ...priced(D0, { a: 1 }),
      ...priced(D1, { a: 2 }, 10),
      ...priced(D1, { b: 2, c: 2 }, 20),
      ...priced(D1, { d: 2 }),
      ...priced(D2, { e: 3 }),
      ...priced(D2, { f: 3 }),
    ];
    const days = await asOf(exported, rows, []);
    expect(days.get(D1)?.sort()).toEqual([`b 2 ${D1}`, `c 2 ${D1}`]);
    expect(days.get(D2)?.sort()).toEqual([`e 3 ${D2}`, `f 3 ${D2}`]);
    const without = await asOf(united, rows, []);
    expect(without.get(D1)?.sort()).toEqual([`a 2 ${D1}`, `b 2 ${D1}`, `c 2 ${D1}`, `d 2 ${D1}`]);
  });

  it('lie in the order of the cluster, then of the key', async () => {
    const rows = [...priced(D0, { d: 1, b: 1, a: 1, c: 1, e: 1 }), ...priced(D1, { a: 2, f: 2 })];
    const days = await asOf(exported, rows, unread(D1));
    const items = (dt: string) =>
      days
        .get(dt)
        ?.map((row) => row[0])
        .join('');
    expect(items(D0)).toBe('cdeab');
    expect(items(D1)).toBe('cdefab');
  });

  it('are what their rules say, for several days at once and for each alone', async () => {
    const row = fc.record({
      dt: fc.constantFrom(...DAYS),
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      price: fc.nat(3),
      exported: fc.constantFrom(null, 1, 2),
    });
    const rows = fc.uniqueArray(row, { maxLength: 20, selector: ({ dt, key }) => `${dt} ${key}` });
    const refusal = fc.record({ dt: fc.constantFrom(...DAYS), key: fc.constantFrom(null, 'a', 'a', 'b', 'b', 'c') });
    const refusals = fc.array(refusal, { maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(rows, refusals, fc.constantFrom(exported, united), async (sent, bad, entity) => {
        const versions = entity === united ? sent.map((one) => ({ ...one, exported: null })) : sent;
        const together = await asOf(entity, versions, bad);
        for (const on of DAYS) {
          const told = snapshotAsOf(versions, bad, on);
          const expected = told.map(({ key, price, validFrom }) => `${key} ${price} ${validFrom}`).sort();
          expect(together.get(on)?.sort() ?? [], on).toEqual(expected);
        }
        const alone = await asOf(entity, versions, bad, [D4]);
        expect(alone.get(D4)?.sort()).toEqual(together.get(D4));
        expect([...alone.keys()].filter((day) => day !== D4)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
