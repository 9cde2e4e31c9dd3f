import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import transactions from '../../contracts/transactions.ts';
import type { AnyContract } from '../../core/contract/contract.ts';
import { keysModel } from '../../core/contract/keys-model.ts';
import { silverModel } from '../../core/contract/silver-model.ts';
import { addDays, type Day, dayNumber, daysBetween } from '../../core/dates.ts';
import { modelRunner, PRELUDE, type Received } from './run-model.ts';

/** An event as these tests see it; one at a price of 0 is quarantined. */
interface Purchase {
  readonly key: string;
  readonly product?: string;
  readonly day: Day;
  readonly price: number;
}

const FIRST = '2026-02-20';
const DAYS = daysBetween(FIRST, addDays(FIRST, 19));

let runner: Awaited<ReturnType<typeof modelRunner>>;
beforeAll(async () => {
  runner = await modelRunner();
});
afterAll(() => runner.close());

function received({ key, product = 'p', day, price }: Purchase): Received {
  const payload = JSON.stringify({
    ...{ transaction_id: key, user_id: 'u', product_id: product, quantity: 1 },
    ...{ price, timestamp: `${day}T10:00:00Z` },
  });
  return { payload, file_hash: 'f', line: 1, ingest_date: day, event_date: day };
}

/** Builds the target days, given the keys of every day. Each count as [key or day, day or number], sorted. */
async function build(contract: AnyContract, purchases: readonly Purchase[], targets: readonly Day[]) {
  const model = keysModel(contract, PRELUDE);
  const keys = await runner.build(model, purchases.map(received), DAYS);
  const ofTargets = purchases.filter(({ day }) => targets.includes(day)).map(received);
  const tables = [{ output: model.outputs[0]!, rows: keys.rows.get(model.name)! }];
  const { rows, complaints } = await runner.build(silverModel(contract, PRELUDE), ofTargets, targets, tables);
  expect([...keys.complaints, ...complaints]).toEqual([]);
  return {
    kept: rows
      .get('silver.transactions')!
      .map((row) => `${row.dt} ${row.transaction_id}`)
      .sort(),
    duplicates: rows
      .get('ops.balance_transactions')!
      .map((row) => `${row.dt} ${row.duplicates}`)
      .sort(),
  };
}

/** The rule, told day by day and key by key. */
function told(purchases: readonly Purchase[], targets: readonly Day[], withinDays: number) {
  const sound = purchases.filter(({ price }) => price > 0);
  const kept: string[] = [];
  const duplicates: string[] = [];
  for (const day of targets) {
    const ofDay = sound.filter((purchase) => purchase.day === day);
    const fresh = new Set(ofDay.map(({ key }) => key));
    for (const before of sound) {
      const distance = dayNumber(day) - dayNumber(before.day);
      if (distance >= 1 && distance <= withinDays) fresh.delete(before.key);
    }
    kept.push(...[...fresh].map((key) => `${day} ${key}`));
    duplicates.push(`${day} ${ofDay.length - fresh.size}`);
  }
  return { kept: kept.sort(), duplicates: duplicates.sort() };
}

const purchase = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  day: fc.constantFrom(...DAYS),
  price: fc.constantFrom(1, 1, 1, 2, 0),
});

describe('a key within days', () => {
  it('counts on the first day of a chain only, also where the link before did not count', async () => {
    const at = (n: number): Purchase => ({ key: 'a', day: addDays(FIRST, n), price: 1 });
    const { kept, duplicates } = await build(transactions, [at(0), at(4), at(9), at(17)], DAYS);
    expect(kept).toEqual([`${addDays(FIRST, 0)} a`, `${addDays(FIRST, 17)} a`]);
    expect(duplicates.filter((line) => line.endsWith(' 1'))).toEqual([
      `${addDays(FIRST, 4)} 1`,
      `${addDays(FIRST, 9)} 1`,
    ]);
  });

  it('is a duplicate up to the last of the days, and none the day after', async () => {
    const at = (key: string, n: number): Purchase => ({ key, day: addDays(FIRST, n), price: 1 });
    const { kept } = await build(transactions, [at('a', 0), at('a', 7), at('b', 0), at('b', 8)], DAYS);
    expect(kept).toEqual([`${FIRST} a`, `${FIRST} b`, `${addDays(FIRST, 8)} b`]);
  });

  it('may be of several fields, which must all be the same', async () => {
    const contract = { ...transactions, key: ['transaction_id', 'product_id'] } as AnyContract;
    const at = (product: string, n: number): Purchase => ({ key: 'a', product, day: addDays(FIRST, n), price: 1 });
    const { kept } = await build(contract, [at('p', 0), at('q', 1), at('q', 2)], DAYS);
    expect(kept).toEqual([`${FIRST} a`, `${addDays(FIRST, 1)} a`]);
  });

  it('is not seen in a record that breaks the contract', async () => {
    const { kept } = await build(
      transactions,
      [
        { key: 'a', day: FIRST, price: 0 },
        { key: 'a', day: addDays(FIRST, 1), price: 1 },
      ],
      DAYS,
    );
    expect(kept).toEqual([`${addDays(FIRST, 1)} a`]);
  });

  it('counts as a plain reading of the rule says, for any days at once and with noise outside the windows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(purchase, { maxLength: 60, size: 'max' }),
        fc.subarray(DAYS, { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        async (purchases, targets, withinDays) => {
          const contract = { ...transactions, withinDays } as AnyContract;
          expect(await build(contract, purchases, targets)).toEqual(told(purchases, targets, withinDays));
        },
      ),
      { numRuns: 25 },
    );
  });
});
