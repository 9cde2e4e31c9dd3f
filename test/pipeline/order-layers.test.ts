import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedProject } from '../../adapters/local/project-files.ts';
import type { Day } from '../../core/dates.ts';
import { assembleProject } from '../../core/model/project.ts';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import { ParsedWorld, type Row } from '../generator/parsed-world.ts';
import { PROJECT } from '../gold/model-files.ts';
import { Pipeline } from './pipeline.ts';
import { writeWorldFiles } from './world-files.ts';

/** What docs/layers.md says of orders: the project's own contract, and what it makes of two shops' records. */
const ORDERS: LoadedProject = {
  ...PROJECT,
  ...assembleProject(
    PROJECT.models.filter(({ name }) => /^silver\.orders(_asof)?$|^gold\.orders_by_shop$|unparsable/.test(name)),
  ),
};
const MONTH_END: Day = '2026-01-31';

let folder: string;
let files: FileToLoad[];
let pipeline: Pipeline;
/** What a plain reader makes of the same files. */
let world: ParsedWorld;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-layers-'));
  files = await writeWorldFiles(join(folder, 'world'), {
    ...{ events: 12_000, days: 9, start: '2026-01-27', seed: 3, defects: 0.03, duplicates: 0.05 },
  });
  files = files.filter(({ entity }) => entity === null);
  world = new ParsedWorld(join(folder, 'world'), ORDERS.contracts);
  pipeline = new Pipeline(join(folder, 'warehouse'), ORDERS);
});
afterAll(async () => {
  await pipeline.close();
  await rm(folder, { recursive: true });
});

/** Rows of a table by the names of their columns. */
async function rowsOf(table: string): Promise<Record<string, string | null>[]> {
  const columns = [...ORDERS.tables.get(table)!.output.columns.map(({ name }) => name), 'dt'];
  return (await pipeline.rows())
    .get(table)!
    .map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]!])));
}

async function run(arrived: readonly FileToLoad[]): Promise<void> {
  expect((await pipeline.ingest(arrived)).failures).toEqual([]);
  expect(await pipeline.run()).toMatchObject({ failures: [], errors: [], blocked: [] });
}

/** The days that a table has, also those without a row. */
async function daysOf(table: string): Promise<Day[]> {
  return [...((await pipeline.log.read()).partitions.get(table)?.keys() ?? [])].sort();
}

function countBy(rows: readonly (Row | Record<string, string | null>)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { record_source, region } of rows) {
    const shop = `${record_source} ${region}`;
    counts[shop] = (counts[shop] ?? 0) + 1;
  }
  return counts;
}

/** By shop and order, the row of the greatest updated_at up to the end of a day. */
function newest(rows: readonly (Row | Record<string, string | null>)[], on: Day) {
  const latest = new Map<string, Row | Record<string, string | null>>();
  for (const row of rows) {
    if (String(row.updated_at).slice(0, 10) > on) continue;
    const key = `${row.record_source} ${row.order_id}`;
    const other = latest.get(key);
    if (!other || Date.parse(String(other.updated_at)) < Date.parse(String(row.updated_at))) latest.set(key, row);
  }
  return latest;
}

async function expectNewestWins(on: Day, versions: Parameters<typeof newest>[0]): Promise<void> {
  const asof = (await rowsOf('silver.orders_asof')).filter(({ dt }) => dt === on);
  const found = asof.map((row): [string, string] => [`${row.record_source} ${row.order_id}`, row.status!]);
  expect(found.length).toBeGreaterThan(50);
  expect(new Map(found)).toEqual(new Map([...newest(versions, on)].map(([key, row]) => [key, row.status])));
}

describe('orders of several shops and regions', () => {
  it('have, once a month is over, its end and the last day as of which they are known', async () => {
    await run(files.filter(({ ingestDate }) => ingestDate <= '2026-02-02'));
    expect(await daysOf('silver.orders_asof')).toEqual([MONTH_END, '2026-02-02']);
    for (const on of [MONTH_END, '2026-02-02']) await expectNewestWins(on, await rowsOf('silver.orders'));
  });

  it('keep the end of the month, and of the days after it the last, when time goes on', async () => {
    await run(files.filter(({ ingestDate }) => ingestDate > '2026-02-02'));
    const last = (await daysOf('silver.orders')).at(-1)!;
    expect(last > '2026-02-02').toBe(true);
    expect(await daysOf('silver.orders_asof')).toEqual([MONTH_END, last]);
    for (const on of [MONTH_END, last]) await expectNewestWins(on, world.rows.orders!);
  });

  it('keep their count: each record received is in silver, in the quarantine, or a duplicate', async () => {
    const balance = await rowsOf('ops.balance_orders');
    const sum = (name: string) => balance.reduce((all, row) => all + Number(row[name]), 0);
    const { received, good, bad, duplicates } = world.counts.orders!;
    expect([sum('received'), sum('accepted'), sum('quarantined'), sum('duplicates')]).toEqual([
      ...[received, good, bad, duplicates],
    ]);
    for (const row of balance) {
      expect(Number(row.received)).toBe(Number(row.accepted) + Number(row.quarantined) + Number(row.duplicates));
    }
    expect(Math.min(bad, duplicates)).toBeGreaterThan(10);
    expect(await rowsOf('quarantine.orders')).toHaveLength(bad);
  });

  it('are reported by shop, of each its newest version', async () => {
    const expected: Record<string, { orders: number; reversed: number; cents: bigint }> = {};
    const last = (await daysOf('silver.orders')).at(-1)!;
    for (const { record_source, region, currency, status, amount } of newest(world.rows.orders!, last).values()) {
      const key = `${record_source} ${region} ${currency}`;
      expected[key] ??= { orders: 0, reversed: 0, cents: 0n };
      const shop = expected[key];
      const isReversed = status === 'cancelled' || status === 'refunded';
      shop.orders += 1;
      shop.reversed += isReversed ? 1 : 0;
      shop.cents += isReversed ? 0n : BigInt(Number(amount).toFixed(2).replace('.', ''));
    }
    const report = (await rowsOf('gold.orders_by_shop')).filter(({ dt }) => dt === last);
    const found = report.map((row) => [
      `${row.record_source} ${row.region} ${row.currency}`,
      {
        orders: Number(row.orders),
        reversed: Number(row.reversed_orders),
        cents: BigInt(row.amount!.replace('.', '')),
      },
    ]);
    expect(Object.fromEntries(found)).toEqual(expected);
    expect(Object.keys(expected).length).toBeGreaterThan(1);
  });

  it('are united with the shop and the region that each came from', async () => {
    const silver = await rowsOf('silver.orders');
    const shops = countBy(silver);
    expect(shops).toEqual(countBy(world.rows.orders!));
    expect(Object.keys(shops).length).toBeGreaterThan(1);
    // Two shops have orders of the same number, which stay two.
    const last = (await daysOf('silver.orders_asof')).at(-1)!;
    const asof = (await rowsOf('silver.orders_asof')).filter(({ dt }) => dt === last);
    expect(new Set(asof.map(({ order_id }) => order_id)).size).toBeLessThan(asof.length);
  });
});
