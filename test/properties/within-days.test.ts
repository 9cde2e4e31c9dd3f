import fc from 'fast-check';
import { afterEach, describe, expect, it, test } from 'vitest';
import { addDays, type Day, dayNumber, daysBetween } from '../../core/dates.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { closeAll, deliver, open, rowsOf, type Sent } from '../pipeline/orders.ts';

afterEach(closeAll);

const FIRST = '2026-02-24';
const LAST = addDays(FIRST, 11);
const RUN = { today: LAST } as const;
const day = (n: number): Day => addDays(FIRST, n);

function order(key: string, at: number, more: Partial<Sent> = {}): Sent {
  return { type: 'orders', key, at: `${day(at)}T10:00:00Z`, arrival: LAST, by: 'file', ...more };
}

/** `key day` of the orders that count, told by the rule; one of an amount of 500 breaks the contract. */
function told(sent: readonly Sent[], withinDays: number): string[] {
  const seen = sent.filter(({ amount = 1 }) => amount <= 100).map(({ key, at }) => ({ key, on: at!.slice(0, 10) }));
  const isFirst = ({ key, on }: { key: string; on: Day }) =>
    !seen.some((other) => {
      const distance = dayNumber(on) - dayNumber(other.on);
      return other.key === key && distance >= 1 && distance <= withinDays;
    });
  return [...new Set(seen.filter(isFirst).map(({ key, on }) => `${key} ${on}`))].sort();
}

function kept(rows: Awaited<ReturnType<typeof rowsOf>>): string[] {
  return rows
    .get('silver.orders')!
    .map((row) => `${row[2]} ${row.at(-1)}`)
    .sort();
}

const sentOne: fc.Arbitrary<Sent> = fc
  .record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    at: fc.nat(11),
    lag: fc.constantFrom(0, 0, 1, 4, 11),
    amount: fc.constantFrom(1, 1, 2, 500),
    by: fc.constantFrom<Sent['by'][]>('stream', 'file', 'bare file'),
  })
  // A run looks for what came by the stream in the last days only.
  .map(({ key, at, lag, amount, by }) =>
    order(key, at, { amount, by, arrival: by === 'stream' ? LAST : day(Math.min(11, at + lag)) }),
  );

test('keys within days count once, on their earliest, whatever comes late and whenever there is a run', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sentOne, { minLength: 1, maxLength: 40, size: 'max' }),
      fc.array(fc.nat(40), { minLength: 1, maxLength: 2 }),
      fc.integer({ min: 1, max: 4 }),
      async (sent, cuts, withinDays) => {
        // So that the domain is the same after every batch.
        const all = [...sent, order('last', 11, { by: 'stream' })].map((one, n) => ({ ...one, id: `e${n}` }));
        const scratch = await open({ withinDays });
        await deliver(scratch, all);
        await scratch.run(RUN);
        const rows = await rowsOf(scratch);
        expect(kept(rows)).toEqual(told(all, withinDays));

        const pipeline = await open({ withinDays });
        const bounds = [0, ...cuts.sort((a, b) => a - b), all.length];
        for (let i = 1; i < bounds.length; i++) {
          await deliver(pipeline, all.slice(bounds[i - 1], bounds[i]));
          expect(await pipeline.run(RUN)).toMatchObject({ failures: [], errors: [], blocked: [] });
        }
        expect(await rowsOf(pipeline)).toEqual(rows);
        expect(await pipeline.run(RUN)).toMatchObject({ waves: 0, published: [] });
      },
    ),
    { numRuns: 3 },
  );
});

/** What a run has published, as `table day` counted from the first, and of that what has other rows than before. */
function builds(report: RunReport): { built: string[]; changed: string[] } {
  const named = (all: RunReport['published']) =>
    all.map(({ table, dt }) => `${table} ${dayNumber(dt) - dayNumber(FIRST)}`).sort();
  return { built: named(report.published), changed: named(report.published.filter(({ changed }) => changed)) };
}

/** The partitions of some tables on some days. */
function each(tables: readonly string[], days: readonly number[]): string[] {
  return tables.flatMap((table) => days.map((n) => `${table} ${n}`)).sort();
}

const OUTPUTS = ['silver.orders', 'quarantine.orders', 'ops.balance_orders'];

describe('what comes late, of a key that counts once within three days,', () => {
  async function pipelineOfOneOrderADay() {
    const pipeline = await open({ withinDays: 3 });
    await deliver(
      pipeline,
      daysBetween(FIRST, LAST).map((_, n) => order(`k${n}`, n)),
    );
    await pipeline.run(RUN);
    return pipeline;
  }

  it('opens its day and looks at the three after it, which come out the same: nothing behind them is built', async () => {
    const pipeline = await pipelineOfOneOrderADay();
    await deliver(pipeline, [order('new', 2)]);
    const { built, changed } = builds(await pipeline.run(RUN));
    expect(built).toEqual(
      [...each(['silver.orders_keys', 'gold.order_day'], [2]), ...each(OUTPUTS, [2, 3, 4, 5])].sort(),
    );
    expect(changed).toEqual(each(['silver.orders_keys', 'silver.orders', 'ops.balance_orders', 'gold.order_day'], [2]));
  });

  it('as a duplicate on the same day, opens that day only, for its balance', async () => {
    const pipeline = await pipelineOfOneOrderADay();
    await deliver(pipeline, [order('k2', 2, { id: 'later' })]);
    const { built, changed } = builds(await pipeline.run(RUN));
    expect(built).toEqual([...each(['silver.orders_keys', ...OUTPUTS], [2])].sort());
    expect(changed).toEqual(['ops.balance_orders 2']);
  });

  it('as a duplicate on a day after, is counted there and goes no further', async () => {
    const pipeline = await pipelineOfOneOrderADay();
    await deliver(pipeline, [order('k2', 4)]);
    const { built, changed } = builds(await pipeline.run(RUN));
    expect(built).toEqual([...each(['silver.orders_keys'], [4]), ...each(OUTPUTS, [4, 5, 6, 7])].sort());
    expect(changed).toEqual(each(['silver.orders_keys', 'ops.balance_orders'], [4]));
  });

  it('on a day before, takes the place of the one that counted', async () => {
    const pipeline = await pipelineOfOneOrderADay();
    await deliver(pipeline, [order('k4', 2)]);
    const { built, changed } = builds(await pipeline.run(RUN));
    expect(changed).toEqual(
      [
        ...each(['silver.orders_keys'], [2]),
        ...each(['silver.orders', 'gold.order_day'], [2, 4]),
        ...each(['ops.balance_orders'], [2, 4]),
      ].sort(),
    );
    expect(built.filter((name) => name.startsWith('gold.'))).toEqual(['gold.order_day 2', 'gold.order_day 4']);
  });
});
