import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addDays, type Day, daysBetween } from '../../core/dates.ts';
import { drifts, profiles, type Value } from '../oracle/drift.ts';
import { GoldDatabase, type Row } from './gold-database.ts';
import { columnsOf, goldNamed } from './model-files.ts';
import { inTable, inTwoSteps, type Tables } from './two-steps.ts';

const FIRST: Day = '2026-01-30';
const DAYS = daysBetween(FIRST, addDays(FIRST, 31));
const PROFILE = goldNamed('feature_profile');
const DRIFT = goldNamed('feature_drift');

/** The first days, and those for which they are just in the baseline or just out of it. */
const day = fc.constantFrom(...[0, 1, 2, 3, 27, 28, 29, 30, 31].map((days) => addDays(FIRST, days)));
/** Few values that tie, and many that do not; some share a cell. */
const integer = fc.oneof(
  fc.constantFrom(0, 1, 1, 2, 10),
  fc.nat(30),
  fc.integer({ min: 12_300, max: 12_360 }),
  fc.nat(),
);
const ratio = fc.oneof(
  fc.constantFrom(null, 0, 290_000, 290_999, 291_000, -1),
  fc.integer({ min: -2_000_000, max: 1_000_000 }),
);
const users = fc.array(fc.record({ day, actions: integer, duration: integer }), { maxLength: 60, size: 'max' });
const products = fc.array(fc.record({ day, margin: ratio }), { maxLength: 40, size: 'max' });

type User = typeof users extends fc.Arbitrary<(infer T)[]> ? T : never;
type Product = typeof products extends fc.Arbitrary<(infer T)[]> ? T : never;

let database: GoldDatabase;

beforeAll(async () => {
  database = await GoldDatabase.open();
});
afterAll(() => database.close());

test('profiles and drift equal the naive model, also after late rows and changed values', async () => {
  const cut = fc.nat(31);
  const property = fc.asyncProperty(users, users, products, products, cut, async (a, b, c, d, at) => {
    // What came late, and products whose margins are others now: all of `c` is replaced.
    const [active, catalogue] = [[...a, ...b], d];
    const batches = [DAYS.slice(0, at), DAYS.slice(at)].filter((batch) => batch.length > 0);
    const steps = { models: [PROFILE, DRIFT], batches, domain: [FIRST, DAYS.at(-1)!] as const };
    await inTwoSteps(database, steps, tables(a, c), tables(active, catalogue));
    const values = valuesOf(active, catalogue);
    await expectProfiles(values);
    await expectDrifts(values);
  });
  await fc.assert(property, { numRuns: 12 });
});

async function expectProfiles(values: readonly Value[]): Promise<void> {
  const expected = DAYS.flatMap((dt) => profiles(values, dt).map((profile) => ({ ...profile, dt })));
  const found = await records('feature_profile');
  const watched = found.filter((row) => expected.some(({ feature }) => feature === row.feature));
  expect(watched).toHaveLength(expected.length);
  for (const { feature, dt, rows, nulls, mean, deviation, quantiles, histogram } of expected) {
    const row = found.find((each) => each.feature === feature && each.dt === dt)!;
    expect([row.row_count, row.null_count]).toEqual([`${rows}`, `${nulls}`]);
    expectNear(row.mean, mean === undefined ? undefined : mean / 1e6);
    expectNear(row.standard_deviation, deviation === undefined ? undefined : deviation / 1e6);
    const places = [row.minimum, row.p01, row.p05, row.p25, row.p50, row.p75, row.p95, row.p99, row.maximum];
    expect(places.map(millionths)).toEqual(quantiles);
    expect(row.histogram?.split(' ') ?? []).toEqual(histogram);
  }
}

async function expectDrifts(values: readonly Value[]): Promise<void> {
  const expected = DAYS.flatMap((dt) => drifts(values, dt).map((drift) => ({ ...drift, dt })));
  const found = await records('feature_drift');
  expect(found.filter((row) => expected.some(({ feature }) => feature === row.feature))).toHaveLength(expected.length);
  for (const { feature, dt, rows, days, baseline, bins, psi, byChance } of expected) {
    const row = found.find((each) => each.feature === feature && each.dt === dt)!;
    const counts = [row.row_count, row.baseline_days, row.baseline_row_count, row.bins];
    expect(counts).toEqual([`${rows}`, `${days}`, `${baseline}`, bins === undefined ? null : `${bins}`]);
    expectNear(row.psi, psi);
    expectNear(row.psi_by_chance, byChance);
  }
}

/** Equal to 6 decimals, or to 9 digits. */
function expectNear(actual: string | null | undefined, expected: number | undefined): void {
  if (expected === undefined) expect(actual).toBeNull();
  else expect(Math.abs(Number(actual) - expected)).toBeLessThan(1e-6 + Math.abs(expected) * 1e-9);
}

function valuesOf(active: readonly User[], catalogue: readonly Product[]): Value[] {
  return [
    ...active.flatMap(({ day, actions, duration }) => [
      { feature: 'actions', day, millionths: actions * 1e6 },
      { feature: 'duration_ms', day, millionths: duration * 1e6 },
    ]),
    ...catalogue.map(({ day, margin }) => ({ feature: 'profit_margin', day, millionths: margin })),
  ];
}

function tables(active: readonly User[], catalogue: readonly Product[]): Tables {
  const users = active.map(({ day, actions, duration }, index) => {
    const counts = { actions: `${actions}`, page_views: '0', duration_ms: `${duration}` };
    return inTable('gold.user_day', { user_id: `u${index}`, ...counts, dt: day });
  });
  const products = catalogue.map(({ day, margin }, index) => {
    const known = margin === null ? undefined : { profit_margin: `${margin / 1e6}` };
    return inTable('gold.pricing_features', { sku: `P${index}`, ...known, dt: day });
  });
  const others = ['gold.shipping_features', 'gold.product_conversion', 'gold.customer_day'];
  return new Map([
    ['gold.user_day', users],
    ['gold.pricing_features', products],
    ...others.map((table): [string, Row[]] => [table, []]),
  ]);
}

/** Rows of a model as texts by column. */
async function records(name: string): Promise<Record<string, string | null>[]> {
  const columns = columnsOf(`gold.${name}`);
  const rows = await database.rows(`gold.${name}`);
  return rows.map((row) => Object.fromEntries(columns.map((column, place) => [column.name, row[place] ?? null])));
}

function millionths(text: string | null | undefined): number | undefined {
  return text === null || text === undefined ? undefined : Math.round(Number(text) * 1e6);
}
