import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Day, dayNumber, daysBetween } from '../../core/dates.ts';
import {
  type Account,
  type Activity,
  accountsAsOf,
  activesByCountry,
  type Exposure,
  experiment,
  type Outcome,
  productConversion,
  retention,
  type Viewed,
} from '../oracle/conversion.ts';
import { DAY, dayAt, groupBy } from '../oracle/events.ts';
import { GoldDatabase, type Row } from './gold-database.ts';
import { columnsOf, goldNamed } from './model-files.ts';
import { inTable, inTwoSteps, type Tables } from './two-steps.ts';

const DAYS = daysBetween('2026-01-01', '2026-03-05');
const DOMAIN = [DAYS[0]!, DAYS.at(-1)!] as const;
const FIRST = dayNumber(DAYS[0]!) * DAY;

const user = fc.constantFrom('ana', 'bob', 'cem', 'dee');
const day = fc.constantFrom(...DAYS);
const activity: fc.Arbitrary<Activity[]> = fc.uniqueArray(fc.record({ user, day }), {
  maxLength: 30,
  selector: (each) => `${each.user} ${each.day}`,
});
const accounts: fc.Arbitrary<Account[]> = fc.uniqueArray(
  fc.record({
    user,
    on: day,
    joined: fc.oneof(day, fc.constantFrom('2025-11-30', '2025-12-01')),
    country: fc.constantFrom('DE', 'FR'),
  }),
  { maxLength: 8, selector: (each) => `${each.user} ${each.on}` },
);
/** Times within twelve days, most of them at one hour, so that they tie and are whole weeks apart. */
const at = fc
  .record({ day: fc.nat(11), time: fc.constantFrom(0, DAY / 2, DAY / 2, DAY - 1) })
  .map(({ day, time }) => FIRST + day * DAY + time);
const exposures: fc.Arbitrary<Exposure[]> = fc
  .array(fc.record({ user, at, variant: fc.constantFrom('a', 'control', 'x') }), { maxLength: 12 })
  .map((rows) => rows.map((row, index) => ({ ...row, id: `r${(index * 7) % 12}` })));
const cents = fc.integer({ min: 1, max: 5000 });
const back = fc.option(fc.record({ after: fc.constantFrom(0, 1, DAY / 2, 2 * DAY, 6 * DAY, 7 * DAY), cents }), {
  nil: undefined,
});
const outcomes: fc.Arbitrary<Outcome[]> = fc.array(
  fc.oneof(fc.record({ user, at }), fc.record({ user, at, cents, back })),
  { maxLength: 20 },
);

const sku = fc.constantFrom('P1', 'P2', 'P3');
const viewed: fc.Arbitrary<Viewed[]> = fc.uniqueArray(
  fc
    .record({ sku, day: fc.constantFrom(...DAYS.slice(0, 40)), viewers: fc.nat(9), share: fc.nat(3) })
    .map(({ share, ...each }) => ({ ...each, converted: Math.floor((each.viewers * share) / 3) })),
  { maxLength: 20, selector: (each) => `${each.sku} ${each.day}` },
);
/** Which category each sku is of, and from which day another one. */
const catalogue = fc.dictionary(sku, fc.record({ first: fc.constantFrom('lamps', 'desks'), moves: day }), {
  maxKeys: 3,
});

let database: GoldDatabase;

beforeAll(async () => {
  database = await GoldDatabase.open();
});
afterAll(() => database.close());

test('actives by country equal the naive model, also after late facts and late changes of accounts', async () => {
  const wanted = fc.uniqueArray(day, { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(activity, activity, accounts, accounts, wanted, async (a, b, c, d, targets) => {
    const late = { activity: distinct([...a, ...b]), accounts: distinct([...c, ...d]) };
    await inSteps(
      ['actives_by_country'],
      targets,
      userTables(a, c, targets),
      userTables(late.activity, late.accounts, targets),
    );
    const expected = targets.flatMap((target) =>
      activesByCountry(late.activity, late.accounts, target).map(({ country, daily, weekly, fourWeekly }) =>
        row(country, daily, weekly, fourWeekly, target),
      ),
    );
    const columns = [
      'country',
      'daily_active_users',
      'rolling_7_day_active_users',
      'rolling_28_day_active_users',
      'dt',
    ];
    expect(await select('actives_by_country', columns)).toEqual(expected.sort(inOrder));
  });
  await fc.assert(property, { numRuns: 25 });
});

test('retention equals the naive model, also after late facts and late changes of accounts', async () => {
  const targets: Day[] = ['2026-01-31', '2026-02-28', '2026-03-05'];
  const property = fc.asyncProperty(activity, activity, accounts, accounts, async (a, b, c, d) => {
    const late = { activity: distinct([...a, ...b]), accounts: distinct([...c, ...d]) };
    await inSteps(
      ['retention_cohorts'],
      targets,
      userTables(a, c, targets),
      userTables(late.activity, late.accounts, targets),
    );
    const expected = targets.flatMap((target) =>
      retention(late.activity, late.accounts, target).map(({ month, country, unit, n, users, active, isComplete }) =>
        row(month, country, unit, n, users, active, isComplete, target),
      ),
    );
    const columns = ['join_month', 'country', 'unit', 'n', 'cohort_users', 'active_users', 'is_complete', 'dt'];
    expect(await select('retention_cohorts', columns)).toEqual(expected.sort(inOrder));
  });
  await fc.assert(property, { numRuns: 25 });
});

test('conversion of products equals the naive model, also after late facts and late changes of the catalogue', async () => {
  const wanted = fc.uniqueArray(day, { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(
    viewed,
    viewed,
    catalogue,
    catalogue,
    wanted,
    async (a, b, before, after, targets) => {
      const seen = [...groupBy([...a, ...b], (each) => `${each.sku} ${each.day}`).values()].map(([first]) => first!);
      await inSteps(
        ['product_conversion'],
        targets,
        productTables(a, before, targets),
        productTables(seen, after, targets),
      );
      const expected = targets.flatMap((target) =>
        productConversion(seen, categoriesOf(after, target), target).map(
          ({ sku, category, week, weeks, prior, rates }) => ({
            counts: row(sku, category, week.viewers, week.converted, weeks.viewers, weeks.converted, target),
            rates: [prior, ...rates],
          }),
        ),
      );
      expected.sort((x, y) => inOrder(x.counts, y.counts));
      const columns = [
        'sku',
        'category',
        'viewers_7_days',
        'converted_7_days',
        'viewers_28_days',
        'converted_28_days',
        'dt',
      ];
      const found = await select('product_conversion', [
        ...columns,
        'prior_rate',
        'expected_rate_7_days',
        'expected_rate_28_days',
      ]);
      expect(found.map((each) => each.slice(0, 7))).toEqual(expected.map(({ counts }) => counts));
      for (const [index, { rates }] of expected.entries()) {
        for (const [place, rate] of rates.entries()) {
          const actual = found[index]![7 + place]!;
          if (rate === null) expect(actual).toBeNull();
          else expect(Math.abs(Number(actual) - rate)).toBeLessThan(5.1e-7);
        }
      }
    },
  );
  await fc.assert(property, { numRuns: 25 });
});

test('results of an experiment equal the naive model, also after late decisions, outcomes and refunds', async () => {
  const targets = DAYS.slice(0, 20);
  const chain = ['experiment_exposures', 'experiment_outcomes', 'experiment_results'];
  const early = fc.nat(20);
  const property = fc.asyncProperty(exposures, outcomes, early, early, async (shown, done, count, refunded) => {
    const known = done.slice(0, count).map((each, index) => (index < refunded ? each : { ...each, back: undefined }));
    const before = shopTables(shown.slice(0, count), known);
    await inSteps(chain, targets, before, shopTables(shown, done));
    const expected = targets.flatMap((target) =>
      experiment(shown, done, target).map((found) => {
        const { variant, exposures, users, switchers, matured, carts, conversions, abandoned, purchases, cents } =
          found;
        const counts = [exposures, users, switchers, matured, carts, conversions, abandoned, purchases];
        return row(variant, ...counts, (cents / 100).toFixed(2), target);
      }),
    );
    const columns = ['variant', 'exposures', 'users', 'switchers', 'matured_users', 'cart_users', 'conversions'];
    columns.push('abandoned_carts', 'purchases', 'revenue', 'dt');
    expect(await select('experiment_results', columns)).toEqual(expected.sort(inOrder));
  });
  await fc.assert(property, { numRuns: 40 });
});

/** Builds the models of the first tables, then anew only the days that see a difference in the second ones. */
function inSteps(names: readonly string[], targets: readonly Day[], before: Tables, after: Tables): Promise<void> {
  const steps = { models: names.map(goldNamed), batches: [targets], domain: DOMAIN };
  return inTwoSteps(database, steps, before, after);
}

function userTables(active: readonly Activity[], told: readonly Account[], targets: readonly Day[]): Tables {
  return new Map([
    [
      'gold.user_day',
      active.map(({ user, day }) => inTable('gold.user_day', { user_id: user, actions: '1', dt: day })),
    ],
    [
      'silver.users_asof',
      targets.flatMap((target) =>
        accountsAsOf(told, target).map(({ user, joined, country }) =>
          inTable('silver.users_asof', { user_id: user, join_date: joined, country, dt: target }),
        ),
      ),
    ],
  ]);
}

type Catalogue = Readonly<Record<string, { readonly first: string; readonly moves: Day }>>;

function categoriesOf(catalogue: Catalogue, target: Day): Map<string, string> {
  return new Map(Object.entries(catalogue).map(([sku, { first, moves }]) => [sku, target < moves ? first : 'chairs']));
}

function productTables(seen: readonly Viewed[], catalogue: Catalogue, targets: readonly Day[]): Tables {
  return new Map([
    [
      'gold.product_day',
      seen.map(({ sku, day, viewers, converted }) =>
        inTable('gold.product_day', {
          ...{ sku, views: `${viewers}`, add_to_carts: '1', purchases: `${converted}`, viewers: `${viewers}` },
          ...{ converted_viewers: `${converted}`, dt: day },
        }),
      ),
    ],
    [
      'silver.products_asof',
      targets.flatMap((target) =>
        [...categoriesOf(catalogue, target)].map(([sku, category]) =>
          inTable('silver.products_asof', { sku, category, dt: target }),
        ),
      ),
    ],
  ]);
}

function shopTables(shown: readonly Exposure[], done: readonly Outcome[]): Tables {
  const when = (at: number) => ({
    timestamp: new Date(at).toISOString().slice(0, -1).replace('T', ' '),
    dt: dayAt(at),
  });
  const rows = (table: string, values: Record<string, string>[]) =>
    [table, values.map((each) => inTable(table, each))] as const;
  return new Map([
    rows(
      'silver.decisions',
      shown.map(({ id, user, variant, at }) => ({
        ...{ request_id: id, user_id: user, experiment: 'test', variant },
        ...when(at),
      })),
    ),
    rows(
      'silver.clickstream',
      done
        .filter(({ cents }) => cents === undefined)
        .map(({ user, at }) => ({ user_id: user, event_type: 'add_to_cart', ...when(at) })),
    ),
    rows(
      'silver.transactions',
      done.flatMap(({ user, at, cents }, index) =>
        cents === undefined
          ? []
          : [{ transaction_id: `t${index}`, user_id: user, price: money(cents), outcome: 'kept', ...when(at) }],
      ),
    ),
    rows(
      'silver.refunds',
      done.flatMap(({ user, at, back }, index) =>
        back === undefined
          ? []
          : [
              {
                ...{ refund_id: `r${index}`, transaction_id: `t${index}`, user_id: user, amount: money(back.cents) },
                ...when(at + back.after),
              },
            ],
      ),
    ),
  ]);
}

function money(cents: number): string {
  return (cents / 100).toFixed(2);
}

/** One a user and day, the first. */
function distinct<T extends Activity | Account>(rows: readonly T[]): T[] {
  const groups = groupBy(rows, (each) => `${each.user} ${'on' in each ? each.on : each.day}`);
  return [...groups.values()].map(([first]) => first!);
}

function row(...values: (string | number | boolean)[]): Row {
  return values.map(String);
}

async function select(name: string, columns: readonly string[]): Promise<Row[]> {
  const places = columns.map((column) => columnsOf(`gold.${name}`).findIndex((each) => each.name === column));
  const rows = await database.rows(`gold.${name}`);
  return rows.map((each) => places.map((place) => each[place]!)).sort(inOrder);
}

function inOrder(a: Row, b: Row): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
