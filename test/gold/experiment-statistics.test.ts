import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edited } from './edited-model.ts';
import { GoldDatabase, type Row } from './gold-database.ts';
import { columnsOf, goldNamed } from './model-files.ts';

const DAY = '2026-01-01';
let database: GoldDatabase;

beforeAll(async () => {
  database = await GoldDatabase.open();
});
afterAll(() => database.close());

/** Users and conversions of a variant. */
type Counts = readonly [conversions: number, users: number];

const MODEL = goldNamed('experiment_results');

/** Builds the results of experiments, variants in the order of their names, as records of the columns' texts. */
async function results(experiments: Readonly<Record<string, readonly Counts[]>>, model = MODEL) {
  const exposures: Row[] = [];
  const outcomes: Row[] = [];
  for (const [experiment, variants] of Object.entries(experiments)) {
    for (const [place, [conversions, users]] of variants.entries()) {
      const variant = place === 0 ? 'control' : `variant ${place}`;
      for (let index = 0; index < users; index++) {
        const user = `${variant} ${index}`;
        exposures.push([experiment, variant, user, `${DAY} 10:00:00`, `${experiment} ${user}`, '1', DAY]);
        if (index < conversions) outcomes.push([experiment, user, DAY, '0', '1', '1.00', '0.00', DAY]);
      }
    }
  }
  await database.load('gold.experiment_exposures', exposures);
  await database.load('gold.experiment_outcomes', outcomes);
  await database.load('gold.experiment_results', []);
  await database.build(model, [DAY], { domain: [DAY, DAY] });
  const names = columnsOf('gold.experiment_results').map(({ name }) => name);
  const rows = await database.rows('gold.experiment_results');
  return rows.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]!])));
}

async function compared(control: Counts, treated: Counts) {
  const rows = await results({ test: [control, treated] });
  const found = rows.find((row) => row.is_control === 'false')!;
  return (name: string) => Number(found[name]);
}

interface Figures {
  readonly name: string;
  readonly control: Counts;
  readonly treated: Counts;
  readonly z: number;
  readonly p: number;
  readonly wilson: readonly [number, number];
  readonly newcombe: readonly [number, number];
}

/** Statistics of two variants, by statsmodels 0.15.0: proportions_ztest, proportion_confint('wilson'), confint_proportions_2indep('newcomb'). */
const STATSMODELS: readonly Figures[] = [
  {
    name: '56 of 70 against 48 of 80',
    control: [48, 80],
    treated: [56, 70],
    z: 2.6501719512585336,
    p: 0.00804508136819656,
    wilson: [0.6918335550374695, 0.8769526075163705],
    newcombe: [0.05243147240236498, 0.33387265403690614],
  },
  {
    name: '9 of 10 against 3 of 10',
    control: [3, 10],
    treated: [9, 10],
    z: 2.738612787525831,
    p: 0.006169899320544151,
    wilson: [0.5958499732047614, 0.982123786904927],
    newcombe: [0.1705227239345029, 0.809017973535488],
  },
  {
    name: '5 of 56 against none of 29',
    control: [0, 29],
    treated: [5, 56],
    z: 1.6586488692392285,
    p: 0.09718656817057973,
    wilson: [0.0387421484495869, 0.19256001385511165],
    newcombe: [-0.038137147903536936, 0.19256001385511165],
  },
  {
    name: 'all of 10 against none of 10',
    control: [0, 10],
    treated: [10, 10],
    z: 4.47213595499958,
    p: 7.74421643104407e-6,
    wilson: [0.7224672001371106, 1],
    newcombe: [0.6075093504305241, 1],
  },
];

describe.each(STATSMODELS)('$name', ({ control, treated, z, p, wilson, newcombe }) => {
  test('has the figures of statsmodels', async () => {
    const value = await compared(control, treated);
    expect(value('z')).toBeCloseTo(z, 5);
    // Off by 1.5e-7 at most by the approximation, and by half of a millionth by rounding.
    expect(Math.abs(value('p_value') - p)).toBeLessThan(6.6e-7);
    expect(value('conversion_rate_low')).toBeCloseTo(wilson[0], 6);
    expect(value('conversion_rate_high')).toBeCloseTo(wilson[1], 6);
    expect(value('difference_low')).toBeCloseTo(newcombe[0], 6);
    expect(value('difference_high')).toBeCloseTo(newcombe[1], 6);
  });
});

test('aspirin and heart attacks: Agresti, An Introduction to Categorical Data Analysis, section 2.2.2', async () => {
  const value = await compared([189, 11034], [104, 11037]);
  // As the book has them: 0.0171 for placebo, 0.0094 for aspirin, a difference of 0.0077.
  expect(value('conversion_rate').toFixed(4)).toBe('0.0094');
  expect((value('conversion_rate') - value('difference')).toFixed(4)).toBe('0.0171');
  expect(value('difference').toFixed(4)).toBe('-0.0077');
  // By statsmodels 0.15.0.
  expect(value('difference_low')).toBeCloseTo(-0.010775083776882294, 6);
  expect(value('difference_high')).toBeCloseTo(-0.004702029746381498, 6);
  expect(value('z')).toBeCloseTo(-5.001388204008378, 5);
  expect(Math.abs(value('p_value') - 5.691896973740836e-7)).toBeLessThan(6.6e-7);
});

/** By scipy 1.17.1: scipy.stats.chisquare(users). */
const CHI_SQUARE = [
  { users: [500, 400], x: 11.11111111111111, p: 0.0008581206663936758 },
  { users: [100, 110, 90], x: 2, p: 0.36787944117144245 },
  { users: [100, 110, 90, 95], x: 2.2151898734177213, p: 0.5289626404012677 },
  { users: [10, 20, 30, 25, 15], x: 12.5, p: 0.013995792487650894 },
  { users: [50, 60, 40, 55, 45, 50], x: 5, p: 0.4158801869955079 },
  { users: [12, 8, 9, 14, 11, 10, 6], x: 4.2, p: 0.6496313518820689 },
] as const;

test.each(CHI_SQUARE)('sample ratio of $users', async ({ users, x, p }) => {
  const rows = await results({ ratio: users.map((count) => [0, count] as const) });
  expect(rows).toHaveLength(users.length);
  for (const row of rows) {
    expect(Number(row.sample_ratio_chi_square)).toBeCloseTo(x, 5);
    expect(Math.abs(Number(row.sample_ratio_p_value) - p)).toBeLessThan(6.6e-7);
  }
});

test('a ratio of more than 7 variants has no p-value, equal shares have 1', async () => {
  const many = await results({ many: Array<Counts>(8).fill([0, 3]) });
  expect(many.map((row) => [row.sample_ratio_chi_square, row.sample_ratio_p_value])).toEqual(
    Array(8).fill(['0.0', null]),
  );
  const two = await results({ two: [[1, 5] as const, [1, 5] as const] });
  expect(two.map((row) => row.sample_ratio_p_value)).toEqual(['1.0', '1.0']);
});

/** The model with lines in its plan, as somebody would put them in. */
const planned = (...lines: readonly string[]) =>
  edited('experiment_results', /(?<=planned_shares as \(.*?values\n)/s, lines.map((line) => `${line},\n`).join(''));

test('planned shares of 90 and 10 are what the users are compared with, of that experiment only', async () => {
  const model = planned(`('split', 'control', 0.9)`, `('split', 'variant 1', 0.1)`);
  const users = [
    [0, 880],
    [0, 120],
  ] as const;
  const rows = await results({ split: users, other: users }, model);
  const ratio = (experiment: string) => rows.find((row) => row.experiment === experiment)!;
  // 20² / 900 + 20² / 100; the p-value is erfc(sqrt(x / 2)).
  expect(Number(ratio('split').sample_ratio_chi_square)).toBeCloseTo(4.444444, 6);
  expect(Math.abs(Number(ratio('split').sample_ratio_p_value) - 0.0350149)).toBeLessThan(6.6e-7);
  expect(Number(ratio('other').sample_ratio_chi_square)).toBeCloseTo(577.6, 6);
});

test('a planned variant without any users counts as one that lacks them', async () => {
  const model = planned(`('split', 'control', 2)`, `('split', 'variant 1', 1)`, `('split', 'variant 2', 1)`);
  const [row] = await results({ split: [[0, 50] as const, [0, 25] as const] }, model);
  // Of 75 users 37.5, 18.75 and 18.75 were planned: 12.5² / 37.5 + 6.25² / 18.75 + 18.75, with two degrees of freedom.
  expect(Number(row!.sample_ratio_chi_square)).toBeCloseTo(25, 6);
  expect(Math.abs(Number(row!.sample_ratio_p_value) - Math.exp(-12.5))).toBeLessThan(6.6e-7);
});

test('users of a variant that is not planned break the assignment', async () => {
  const model = planned(`('split', 'control', 0.5)`, `('split', 'variant 1', 0.5)`);
  const rows = await results({ split: [[0, 5] as const, [0, 5] as const, [0, 1] as const] }, model);
  expect(rows.map((row) => [row.sample_ratio_chi_square, row.sample_ratio_p_value])).toEqual(
    Array(3).fill([null, '0.0']),
  );
});
