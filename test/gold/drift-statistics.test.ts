import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, type Day } from '../../core/dates.ts';
import { GoldDatabase } from './gold-database.ts';
import { columnsOf, goldNamed } from './model-files.ts';
import { inTable } from './two-steps.ts';

const DAY: Day = '2026-01-29';
const DOMAIN = [addDays(DAY, -28), DAY] as const;
const DAYS = Array.from({ length: 29 }, (_, age) => addDays(DAY, -age));

let database: GoldDatabase;

beforeAll(async () => {
  database = await GoldDatabase.open();
});
afterAll(() => database.close());

/** A thousand values of the baseline. */
const BASELINE = values(1000, (i) => 1 + (((i * 7919) % 997) % 900));

/** By numpy 2.4.6, the bins, and scipy 1.17.1, their divergence: edges = quantile(baseline, [0.1 … 0.9], method='inverted_cdf'),
 *  p and q = bincount(digitize(x, edges, right=True)) / n of day and baseline, psi = sum(rel_entr(p, q)) + sum(rel_entr(q, p)). */
const DECILES = [
  { name: 'as before', day: values(500, (i) => 1 + (((i * 104729) % 991) % 900)), psi: 0.0007203523306156881 },
  {
    name: 'moved up',
    day: values(500, (i) => 1 + Math.floor(900 * (((i * 104729) % 991) / 991) ** 0.8)),
    psi: 0.1692104750191231,
  },
] as const;

test.each(DECILES)('PSI by deciles of values that are $name', async ({ day, psi }) => {
  const drift = await driftOf(BASELINE, day);
  expect(drift).toMatchObject({ row_count: '500', baseline_row_count: '1000', baseline_days: '28', bins: '10' });
  expect(Math.abs(Number(drift.psi) - psi)).toBeLessThan(5.1e-7);
});

/** By scipy 1.17.1 as above, of the shares as they are. */
const CATEGORIES = [
  { before: [400, 300, 200, 100], day: [30, 25, 25, 20], psi: 0.11835618070658087 },
  { before: [250, 250, 250, 250], day: [10, 20, 30, 40], psi: 0.22821740957339182 },
] as const;

test.each(CATEGORIES)('PSI of $day after $before, value by value', async ({ before, day, psi }) => {
  const repeated = (counts: readonly number[]) => counts.flatMap((count, value) => Array<number>(count).fill(value));
  const drift = await driftOf(repeated(before), repeated(day));
  expect(drift).toMatchObject({ bins: '4', shift: 'small' });
  expect(Math.abs(Number(drift.psi) - psi)).toBeLessThan(5.1e-7);
});

test('a profile has the quantiles and the moments of numpy', async () => {
  await driftOf([], BASELINE);
  const profile = (await records('feature_profile')).find(({ feature }) => feature === 'actions')!;
  // numpy 2.4.6: quantile(…, method='inverted_cdf'), mean and std(ddof=1).
  const quantiles = [profile.p01, profile.p05, profile.p25, profile.p50, profile.p75, profile.p95, profile.p99];
  expect(quantiles.map(Number)).toEqual([5, 25, 151, 401, 651, 851, 890]);
  expect(Number(profile.mean)).toBe(411.129);
  expect(Number(profile.standard_deviation)).toBeCloseTo(274.8558241752994, 5);
});

test('a standard deviation of millions has all of its decimals', async () => {
  await driftOf([], [0, 0, 10_000_000]);
  const profile = (await records('feature_profile')).find(({ feature }) => feature === 'actions')!;
  // 10⁷ / √3.
  expect(profile.standard_deviation).toBe('5773502.691896');
});

test('every numeric column of the tables that it reads is a feature', async () => {
  const { inputs } = goldNamed('feature_profile');
  for (const { table } of inputs) await database.load(table, [inTable(table, { dt: DAY })]);
  await database.load('gold.feature_profile', []);
  await database.build(goldNamed('feature_profile'), [DAY], { domain: DOMAIN });
  const found = (await records('feature_profile')).map((row) => `gold.${row.feature_table}.${row.feature}`);
  const numeric = inputs.flatMap(({ table }) =>
    columnsOf(table)
      .filter(({ type }) => /^(bigint|double|decimal)/.test(type))
      .map(({ name }) => `${table}.${name}`),
  );
  const where = 'Add what is missing to `case` and to `unnest(array[…])` of its table in sql/gold/feature_profile.sql.';
  expect(found.sort(), where).toEqual(numeric.sort());
});

/** The drift of the users' actions from a baseline, spread over its days, to those of a day. */
async function driftOf(baseline: readonly number[], day: readonly number[]) {
  const rows = [
    ...baseline.map((actions, index) => ({ actions, dt: addDays(DAY, -1 - (index % 28)) })),
    ...day.map((actions) => ({ actions, dt: DAY })),
  ];
  for (const { table } of goldNamed('feature_profile').inputs) await database.load(table, []);
  await database.load(
    'gold.user_day',
    rows.map(({ actions, dt }, index) => inTable('gold.user_day', { user_id: `u${index}`, actions: `${actions}`, dt })),
  );
  await database.load('gold.feature_profile', []);
  await database.build(goldNamed('feature_profile'), DAYS, { domain: DOMAIN });
  await database.load('gold.feature_drift', []);
  await database.build(goldNamed('feature_drift'), [DAY], { domain: DOMAIN });
  return (await records('feature_drift')).find(({ feature }) => feature === 'actions')!;
}

async function records(name: string): Promise<Record<string, string | null>[]> {
  const columns = columnsOf(`gold.${name}`);
  const rows = await database.rows(`gold.${name}`);
  return rows.map((row) => Object.fromEntries(columns.map((column, place) => [column.name, row[place] ?? null])));
}

function values(count: number, value: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => value(index));
}
