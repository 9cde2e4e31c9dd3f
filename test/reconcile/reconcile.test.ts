import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../core/dates.ts';
import type { Model } from '../../core/model/model.ts';
import type { QueryEngine } from '../../core/ports/query-engine.ts';
import type { RunEvent } from '../../core/reconcile/reconcile.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { events, MODELS, model } from './models.ts';
import { type Arrival, Warehouse } from './warehouse.ts';

const opened: Warehouse[] = [];
afterEach(async () => {
  for (const warehouse of opened.splice(0)) await warehouse.remove();
});

async function open(models: readonly Model[] = MODELS): Promise<Warehouse> {
  const warehouse = await Warehouse.create(models);
  opened.push(warehouse);
  return warehouse;
}

const FIRST = '2026-01-29';
const day = (n: number): string => addDays(FIRST, n);

function event(at: number, payload: string, arrival = at): Arrival {
  return { ingestDate: day(arrival), eventDate: day(at), payload };
}

/** Five days around a month's end, some events late, doubled, ahead of time, undated or without an amount. */
const arrivals: readonly Arrival[] = [
  event(0, 'e1,ann,5'),
  event(0, 'e2,bob,7'),
  event(1, 'e3,ann,1'),
  event(1, 'e3,ann,1'),
  event(2, 'e4,cid,nonsense'),
  { ingestDate: day(2), eventDate: 'unknown', payload: 'e5,,' },
  { ingestDate: day(2), eventDate: '9999-12-31', payload: 'e6,ann,900' },
  event(3, 'e7,bob,2'),
  event(4, 'e8,ann,3'),
  event(1, 'e9,dan,4', 4),
  event(0, 'e1,ann,5', 4),
];

function published(report: RunReport): string[] {
  return report.published.map(({ table, dt }) => `${table} ${dt}`).sort();
}

async function expectNothingToDo(warehouse: Warehouse): Promise<void> {
  const { seq } = await warehouse.log.read();
  const report = await warehouse.run();
  expect(report).toMatchObject({ waves: 0, published: [], retired: [], failures: [], errors: [], blocked: [] });
  expect((await warehouse.log.read()).seq).toBe(seq);
}

async function fromScratch(all = arrivals, models = MODELS): Promise<Warehouse> {
  const warehouse = await open(models);
  await warehouse.arrive(all);
  await warehouse.run();
  return warehouse;
}

/** What all arrivals give, built at once in a warehouse of its own. */
let truth: { rows: Awaited<ReturnType<Warehouse['rows']>>; checksums: Map<string, string> };
beforeAll(async () => {
  const warehouse = await fromScratch();
  truth = { rows: await warehouse.rows(), checksums: await warehouse.checksums() };
});

describe('reconcile', () => {
  it('gives what a plain computation gives', async () => {
    const warehouse = await fromScratch();
    const rows = await warehouse.rows();
    expect(rows.get('gold.user_day')).toEqual([
      [day(0), 'ann', 5n],
      [day(0), 'bob', 7n],
      [day(1), 'ann', 1n],
      [day(1), 'dan', 4n],
      [day(3), 'bob', 2n],
      [day(4), 'ann', 3n],
    ]);
    expect(rows.get('quarantine.event')).toEqual([
      [day(2), 'e4,cid,nonsense'],
      [day(2), 'e5,,'],
    ]);
    // Day 4 is the last: of its window [-2..1], day 5 lies outside the domain.
    expect(rows.get('gold.around')!.filter(([dt]) => dt === day(4))).toEqual([
      [day(4), 'ann', 3n, 3n],
      [day(4), 'bob', 2n, 3n],
    ]);
    expect(rows.get('gold.monthly')).toEqual([
      ['2026-01-01', 3n, 17n],
      ['2026-02-01', 2n, 5n],
    ]);
    expect(rows.get('gold.snapshot')!.map(([dt, user, total]) => [dt, user, total])).toEqual([
      ['2026-01-31', 'ann', 6n],
      ['2026-01-31', 'bob', 7n],
      ['2026-01-31', 'dan', 4n],
      [day(4), 'ann', 9n],
      [day(4), 'bob', 9n],
      [day(4), 'dan', 4n],
    ]);
    expect(rows.get('gold.snapshots')).toEqual([[day(4), 2n, 2n]]);
    await expectNothingToDo(warehouse);
  });

  it('gives the same rows however arrivals are split into runs', async () => {
    const cuts = fc.array(fc.nat(arrivals.length), { maxLength: 2 });
    const order = fc.shuffledSubarray([...arrivals], { minLength: arrivals.length, maxLength: arrivals.length });
    await fc.assert(
      fc.asyncProperty(order, cuts, async (shuffled, at) => {
        const warehouse = await open();
        const bounds = [0, ...at.sort((a, b) => a - b), arrivals.length];
        for (let i = 1; i < bounds.length; i++) {
          const batch = shuffled.slice(bounds[i - 1], bounds[i]);
          if (batch.length === 0) continue;
          await warehouse.arrive(batch);
          await warehouse.run();
        }
        expect(await warehouse.rows()).toEqual(truth.rows);
        await expectNothingToDo(warehouse);
      }),
      { numRuns: 3 },
    );
  });

  it('gives the same rows and checksums for a set of days as for one day at a time', async () => {
    const apart = await open();
    await apart.arrive(arrivals);
    for (let n = 0; n <= 4; n++) await apart.run({ scope: { from: day(n), to: day(n) } });
    expect(await apart.rows()).toEqual(truth.rows);
    expect(await apart.checksums()).toEqual(truth.checksums);
  });

  it('builds a wave’s days of a model with one statement', async () => {
    const warehouse = await open();
    await warehouse.arrive(arrivals);
    const batches: string[] = [];
    const onEvent = (each: RunEvent): void => {
      if (each.kind === 'building') batches.push(`${each.batch.model} ${each.batch.targets.length}`);
    };
    await warehouse.run({ onEvent });
    expect(batches.sort()).toEqual([
      'gold.around 5',
      'gold.monthly 2',
      'gold.snapshot 2',
      'gold.snapshots 1',
      'gold.user_day 5',
      'silver.event 5',
    ]);
  });

  it('rebuilds for a late event what it changes, and for a late duplicate only its own day', async () => {
    const warehouse = await fromScratch();
    await warehouse.arrive([event(1, 'e3,ann,1', 4)]);
    const duplicate = await warehouse.run();
    expect(published(duplicate)).toEqual([`quarantine.event ${day(1)}`, `silver.event ${day(1)}`]);
    expect(duplicate.published.every(({ changed }) => !changed)).toBe(true);

    await warehouse.arrive([event(1, 'e10,ann,1', 4)]);
    const late = published(await warehouse.run());
    expect(late).toEqual(
      [
        ...[0, 1, 2, 3].map((n) => `gold.around ${day(n)}`),
        'gold.monthly 2026-01-01',
        'gold.snapshot 2026-01-31',
        `gold.snapshot ${day(4)}`,
        `gold.snapshots ${day(4)}`,
        `gold.user_day ${day(1)}`,
        `quarantine.event ${day(1)}`,
        `silver.event ${day(1)}`,
      ].sort(),
    );
  });
});

describe('a last day', () => {
  it('is retired after the next one is published, and no build reads both', async () => {
    const warehouse = await fromScratch();
    const { seq } = await warehouse.log.read();
    await warehouse.arrive([event(5, 'e11,ann,1')]);
    const report = await warehouse.run();
    expect(report.retired).toEqual([
      { table: 'gold.snapshot', dt: day(4) },
      { table: 'gold.snapshots', dt: day(4) },
    ]);
    const commits = (await warehouse.commits()).slice(seq);
    const at = (kind: 'publish' | 'retire', table: string, dt: string): number =>
      commits.findIndex((commit) => commit[kind]?.some((each) => each.table === table && each.dt === dt));
    for (const table of ['gold.snapshot', 'gold.snapshots']) {
      expect(at('publish', table, day(5))).toBeGreaterThan(0);
      expect(at('retire', table, day(4))).toBeGreaterThan(at('publish', table, day(5)));
    }
    expect((await warehouse.rows()).get('gold.snapshots')).toEqual([[day(5), 2n, 2n]]);
  });
});

describe('an audit that fails on one day', () => {
  it('stops that day and what reads it; readers keep the old version; the rest goes on', async () => {
    const warehouse = await fromScratch();
    const before = await warehouse.rows();
    await warehouse.arrive([event(1, 'bad1,ann,1000', 4), event(1, 'bad2,ann,2000', 4), event(3, 'e12,bob,1', 4)]);
    const report = await warehouse.run();

    expect(report.failures).toEqual([
      {
        table: 'silver.event',
        dt: day(1),
        audit: 'amount_is_sane',
        badRows: 2,
        sample: expect.arrayContaining([
          { dt: day(1), id: 'bad1', amount: 1000n },
          { dt: day(1), id: 'bad2', amount: 2000n },
        ]),
      },
    ]);
    expect(report.errors).toEqual([]);
    expect(published(report)).toEqual(
      [
        `quarantine.event ${day(3)}`,
        `silver.event ${day(3)}`,
        `gold.user_day ${day(3)}`,
        `gold.around ${day(4)}`,
        'gold.monthly 2026-02-01',
      ].sort(),
    );
    expect(report.blocked.map(({ table, dt }) => `${table} ${dt}`).sort()).toEqual(
      [
        `gold.user_day ${day(1)}`,
        ...[0, 1, 2, 3].map((n) => `gold.around ${day(n)}`),
        'gold.monthly 2026-01-01',
        'gold.snapshot 2026-01-31',
        `gold.snapshot ${day(4)}`,
        `gold.snapshots ${day(4)}`,
      ].sort(),
    );
    const after = await warehouse.rows();
    const onDayOne = (rows: typeof after) => rows.get('silver.event')!.filter(([dt]) => dt === day(1));
    expect(onDayOne(after)).toEqual(onDayOne(before));
    expect(after.get('gold.snapshot')).toEqual(before.get('gold.snapshot'));
    expect(after.get('gold.user_day')).toContainEqual([day(3), 'bob', 3n]);
  });

  it('is tried once in a run, and again in the next', async () => {
    const warehouse = await open();
    await warehouse.arrive([event(0, 'bad,ann,1000'), event(1, 'e1,ann,1')]);
    for (let run = 0; run < 2; run++) {
      const { failures, blocked } = await warehouse.run();
      expect(failures).toHaveLength(1);
      expect(blocked.length).toBeGreaterThan(0);
    }
  });
});

describe('a build that is wrong', () => {
  const names = (report: RunReport) => new Set(report.published.map(({ table }) => table));

  it('whose SQL throws is reported with its cause, and other models go on', async () => {
    const broken = model('gold.broken', {
      inputs: { 'gold.user_day': '[0]' },
      columns: { n: 'bigint' },
      sql: 'select no_such_column as n, dt from user_day',
    });
    const reader = model('gold.reader', {
      inputs: { 'gold.broken': '[0]' },
      columns: { n: 'bigint' },
      sql: 'select n, dt from broken',
    });
    const warehouse = await open([...MODELS, broken, reader]);
    await warehouse.arrive(arrivals);
    const report = await warehouse.run();
    const days = [0, 1, 2, 3, 4].map(day);
    const said = { message: expect.stringContaining('no_such_column'), statement: expect.stringContaining('user_day') };
    expect(report.errors).toEqual([{ table: 'gold.broken', dts: days, ...said }]);
    expect(report.blocked.map(({ table, dt }) => `${table} ${dt}`)).toEqual(days.map((dt) => `gold.reader ${dt}`));
    expect(names(report)).toEqual(new Set(MODELS.flatMap(({ outputs }) => outputs.map(({ table }) => table))));
  });

  it('on one day, by its data, stops that day only and what reads it', async () => {
    const poisoned = model('gold.poisoned', {
      inputs: { 'gold.user_day': '[0]' },
      columns: { n: 'bigint' },
      sql: `select cast(case when dt = '${day(2)}' then 'poison' else '1' end as bigint) as n, dt from targets`,
    });
    const reader = model('gold.reader', {
      inputs: { 'gold.poisoned': '[-1..0]' },
      columns: { n: 'bigint' },
      sql: 'select count(*) as n, t.dt from targets as t group by t.dt',
    });
    const warehouse = await open([...MODELS, poisoned, reader]);
    await warehouse.arrive(arrivals);
    const report = await warehouse.run();
    expect(report.errors.map(({ table, dts }) => [table, dts])).toEqual([['gold.poisoned', [day(2)]]]);
    const built = (table: string) =>
      report.published
        .filter((p) => p.table === table)
        .map(({ dt }) => dt)
        .sort();
    expect(built('gold.poisoned')).toEqual([0, 1, 3, 4].map(day));
    expect(built('gold.reader')).toEqual([0, 1, 4].map(day));
    expect(report.blocked.map(({ dt }) => dt)).toEqual([2, 3].map(day));
  });

  it('by an audit whose bad rows name no day publishes nothing', async () => {
    const vague = model('gold.vague', {
      inputs: { 'gold.user_day': '[0]' },
      columns: { n: 'bigint' },
      sql: 'select cast(1 as bigint) as n, dt from targets',
      audits: [{ name: 'vague', sql: 'select cast(null as varchar) as dt, n from vague where n = 1' }],
    });
    const warehouse = await open([...MODELS, vague]);
    await warehouse.arrive(arrivals);
    const report = await warehouse.run();
    expect(report.failures.map(({ table, dt }) => `${table} ${dt}`)).toEqual(
      [0, 1, 2, 3, 4].map((n) => `gold.vague ${day(n)}`),
    );
    expect(names(report).has('gold.vague')).toBe(false);
  });

  it('that writes rows of other days publishes nothing', async () => {
    const shifted = model('gold.shifted', {
      inputs: { 'gold.user_day': '[0]' },
      columns: { total: 'bigint' },
      sql: `select total, case when dt = '${day(3)}' then '${day(9)}' else dt end as dt from user_day`,
    });
    const warehouse = await open([...MODELS, shifted]);
    await warehouse.arrive(arrivals);
    const report = await warehouse.run();
    expect(new Set(report.failures.map(({ table, audit, badRows }) => `${table} ${audit} ${badRows}`))).toEqual(
      new Set(['gold.shifted only_target_days 1']),
    );
    expect(report.failures.map(({ dt }) => dt)).toEqual([0, 1, 2, 3, 4].map(day));
    expect(report.failures[0]!.sample).toEqual([{ dt: day(9), rows: 1n }]);
    expect(names(report).has('gold.shifted')).toBe(false);
    expect(names(report).has('gold.snapshots')).toBe(true);
  });

  it('that writes rows without a day publishes nothing', async () => {
    const undated = model('gold.undated', {
      inputs: { 'gold.user_day': '[0]' },
      columns: { total: 'bigint' },
      sql: `select total, case when user_id = 'bob' then null else dt end as dt from user_day`,
    });
    const warehouse = await open([...MODELS, undated]);
    await warehouse.arrive(arrivals);
    const report = await warehouse.run();
    expect(report.failures.map(({ table, audit }) => `${table} ${audit}`)).toContain('gold.undated only_target_days');
    expect(names(report).has('gold.undated')).toBe(false);
  });

  it('that does not account for every record received publishes nothing of those days', async () => {
    const careless: Model = {
      ...events,
      accounts: 'select dt, count(*) as records from parsed where nth = 1 group by dt',
      codeDigest: 'careless',
    };
    const warehouse = await open([careless]);
    await warehouse.arrive(arrivals);
    const report = await warehouse.run();
    const found = report.failures.map(({ dt, audit, badRows, sample }) => ({ dt, audit, badRows, sample }));
    const audit = 'every_record_accounted_for';
    expect(found).toEqual([
      { dt: day(0), audit, badRows: 1, sample: [{ received: 3n, accounted: 2n }] },
      { dt: day(1), audit, badRows: 1, sample: [{ received: 3n, accounted: 2n }] },
    ]);
    expect(published(report)).toEqual(
      [2, 3, 4].flatMap((n) => [`quarantine.event ${day(n)}`, `silver.event ${day(n)}`]).sort(),
    );
  });
});

describe.each([2, 3])('%i runs at once on one warehouse', (runs) => {
  it('leave what one run leaves, while more arrives', async () => {
    const warehouse = await open();
    await warehouse.arrive(arrivals.slice(0, 6));
    const first = warehouse.run();
    await warehouse.arrive(arrivals.slice(6));
    const reports = await Promise.all([first, ...Array.from({ length: runs - 1 }, () => warehouse.run())]);
    for (const report of reports) expect(report).toMatchObject({ failures: [], errors: [], blocked: [] });
    expect(await warehouse.rows()).toEqual(truth.rows);
    expect(await warehouse.checksums()).toEqual(truth.checksums);
    await expectNothingToDo(warehouse);
  });
});

/** The engine of a warehouse, that falls asleep before its build number `at` until it is woken. */
function sleepyEngine(
  { engine }: Warehouse,
  at: number,
): { engine: QueryEngine; asleep: Promise<void>; wake: () => void } {
  let wake = (): void => {};
  let fallAsleep = (): void => {};
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const asleep = new Promise<void>((resolve) => {
    fallAsleep = resolve;
  });
  let builds = 0;
  const open = async (id: string) => {
    builds += 1;
    if (builds === at) {
      fallAsleep();
      await awake;
    }
    return engine.open(id);
  };
  return { engine: { name: engine.name, dialect: engine.dialect, open }, asleep, wake };
}

describe('a run that falls asleep before a build and wakes up when a later one is done', () => {
  it.each([1, 4, 6])('publishes nothing over it (asleep at build %i)', async (at) => {
    const warehouse = await open();
    await warehouse.arrive(arrivals.slice(0, 5));
    const { engine, asleep, wake } = sleepyEngine(warehouse, at);
    const older = warehouse.run({ engine });
    await asleep;
    await warehouse.arrive(arrivals.slice(5));
    await warehouse.run();
    const after = await warehouse.checksums();
    wake();
    expect(await older).toMatchObject({ failures: [], errors: [], blocked: [] });
    expect(await warehouse.checksums()).toEqual(after);
    expect(await warehouse.rows()).toEqual(truth.rows);
    await expectNothingToDo(warehouse);

    const bases = new Map<string, number>();
    for (const { publish, retire } of await warehouse.commits()) {
      for (const { table, dt, basis } of publish ?? []) {
        expect(basis).toBeGreaterThanOrEqual(bases.get(`${table} ${dt}`) ?? 0);
        bases.set(`${table} ${dt}`, basis);
      }
      for (const { table, dt } of retire ?? []) expect(after.has(`${table} ${dt}`)).toBe(false);
    }
  });

  it('retires nothing that newer code has come to want', async () => {
    const warehouse = await fromScratch();
    await warehouse.arrive([event(5, 'e11,ann,1')]);
    // The sixth build is in the wave that also retires the snapshot of the day before.
    const { engine, asleep, wake } = sleepyEngine(warehouse, 6);
    const older = warehouse.run({ engine });
    await asleep;
    const newer = MODELS.map(
      (each): Model => (each.name === 'gold.snapshot' ? { ...each, keep: ['all'], codeDigest: 'all days' } : each),
    );
    await warehouse.run({ models: newer, release: '2026-02-01' });
    const after = await warehouse.checksums();
    expect(after.has(`gold.snapshot ${day(4)}`)).toBe(true);
    wake();
    expect((await older).retired).toEqual([]);
    expect(await warehouse.checksums()).toEqual(after);
  });
});

it('two runs that force the same days both end', async () => {
  const warehouse = await fromScratch();
  const before = await warehouse.rows();
  const scope = { tables: ['gold.user_day', 'gold.around'] };
  const forceUpTo = (await warehouse.log.read()).seq;
  const reports = await Promise.all([1, 2].map(() => warehouse.run({ forceUpTo, scope })));
  for (const report of reports) expect(report.waves).toBeLessThanOrEqual(2);
  expect(reports.flatMap(published).length).toBeGreaterThanOrEqual(10);
  expect(await warehouse.rows()).toEqual(before);
  await expectNothingToDo(warehouse);
});
