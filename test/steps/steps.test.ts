import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { addDays } from '../../core/dates.ts';
import { assembleProject } from '../../core/model/project.ts';
import type { QueryEngine } from '../../core/ports/query-engine.ts';
import type { Placement } from '../../core/reconcile/batches.ts';
import { runIdOf } from '../../core/steps/run-id.ts';
import { MODELS, model } from '../reconcile/models.ts';
import { type Arrival, Warehouse } from '../reconcile/warehouse.ts';
import { type Parts, runSteps, type Trouble } from './machine.ts';

const opened: Warehouse[] = [];
afterEach(async () => {
  for (const warehouse of opened.splice(0)) await warehouse.remove();
});

const day = (n: number): string => addDays('2026-01-30', n);
const arrivals: readonly Arrival[] = [0, 1, 2, 3, 4].flatMap((n) => [
  { ingestDate: day(n), eventDate: day(n), payload: `e${n},ann,${n + 1}` },
  { ingestDate: day(n), eventDate: day(Math.max(0, n - 1)), payload: `late${n},bob,2` },
]);

async function open(models = MODELS): Promise<{ warehouse: Warehouse; parts: Parts }> {
  const warehouse = await Warehouse.create(models);
  opened.push(warehouse);
  await warehouse.arrive(arrivals);
  const { project, store, log, engine, clock } = warehouse;
  return { warehouse, parts: { project, store, log, clock, engines: { duckdb: engine, athena: engine } } };
}

/** Beside them there are those of data that arrives, and of the day's discovery. */
async function publications(warehouse: Warehouse): Promise<number> {
  return (await warehouse.commits()).filter(({ publish }) => publish).length;
}

describe('a run in steps', () => {
  it('gives what a run in one process gives', async () => {
    const { warehouse: one } = await open();
    const { warehouse: two, parts } = await open();
    const expected = await one.run();
    const report = await runSteps(parts, 'run-1');
    expect({ ...report, dollars: 0 }).toEqual({ ...expected, run: 'run-1' });
    expect(report.dollars).toBeGreaterThan(0);
    expect(await two.checksums()).toEqual(await one.checksums());
    expect(await publications(two)).toBe(await publications(one));
  });

  it('comes to the same, whatever step is done twice', async () => {
    const { warehouse: calm } = await open();
    await calm.run();
    const expected = await calm.checksums();
    const commits = await publications(calm);
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.constantFrom('none', 'again')), async (stream) => {
        const { warehouse, parts } = await open();
        const trouble = (() => stream.next().value) as Trouble;
        const report = await runSteps(parts, 'run-1', { trouble });
        expect(await warehouse.checksums()).toEqual(expected);
        expect(await publications(warehouse)).toBe(commits);
        const published = report.published.map(({ table, dt }) => `${table} ${dt}`);
        expect(published.sort()).toEqual([...expected.keys()]);
      }),
      { numRuns: 8 },
    );
  });

  it('leaves what a lost build should have made to the next run, and publishes the rest', async () => {
    const { warehouse, parts } = await open();
    let builds = 0;
    const trouble: Trouble = (step) => (step === 'build' && ++builds === 2 ? 'lost' : 'none');
    const report = await runSteps(parts, 'run-1', { trouble });
    expect(report.errors).toEqual([
      expect.objectContaining({ table: 'gold.user_day', message: 'the build came to no end: it was shot' }),
    ]);
    expect(report.blocked.length).toBeGreaterThan(0);
    expect(report.published.every(({ table }) => /^(silver|quarantine)\./.test(table))).toBe(true);
    await runSteps(parts, 'run-2');
    const { warehouse: calm } = await open();
    await calm.run();
    expect(await warehouse.checksums()).toEqual(await calm.checksums());
  });

  it('refuses to build by other code than it was planned by', async () => {
    const code = (codeDigest: string) => ({
      ...model('gold.one', {
        inputs: { 'silver.event': '[0]' },
        columns: { n: 'bigint' },
        sql: 'select 1 as n, dt from targets',
      }),
      codeDigest,
    });
    const { parts } = await open([...MODELS, code('old')]);
    const deployed = assembleProject([...MODELS, code('new')]);
    const report = await runSteps(parts, 'run-1', { builders: deployed });
    expect(report.errors.map(({ table, message }) => [table, message])).toEqual([
      ['gold.one', expect.stringContaining('planned by other code')],
    ]);
  });
});

describe('placement', () => {
  const sizes = async (placement: Placement) => {
    const { parts, warehouse } = await open();
    const used: string[] = [];
    const spy = (name: string): QueryEngine => ({
      ...{ name: warehouse.engine.name, dialect: warehouse.engine.dialect },
      open: (id: string) => {
        used.push(name);
        return warehouse.engine.open(id);
      },
    });
    await runSteps({ ...parts, placement, engines: { duckdb: spy('duckdb'), athena: spy('athena') } }, 'run-1');
    const { warehouse: calm } = await open();
    await calm.run();
    expect(await warehouse.checksums()).toEqual(await calm.checksums());
    return used;
  };

  it('gives DuckDB as many days at once as it can hold, and Athena what it cannot', async () => {
    const all = await sizes({ engine: 'auto', duckdbBytes: 1e9 });
    expect(new Set(all)).toEqual(new Set(['duckdb']));
    expect(new Set(await sizes({ engine: 'auto', duckdbBytes: 1 }))).toEqual(new Set(['athena']));
    const few = await sizes({ engine: 'auto', duckdbBytes: 2500 });
    expect(few).toContain('duckdb');
    expect(few.length).toBeGreaterThan(all.length);
  });

  it('uses one engine if told so', async () => {
    expect(new Set(await sizes({ engine: 'athena', duckdbBytes: 1e9 }))).toEqual(new Set(['athena']));
    expect(new Set(await sizes({ engine: 'duckdb', duckdbBytes: 1 }))).toEqual(new Set(['duckdb']));
  });
});

describe('the id of a run', () => {
  it('is the execution’s name if that is one, else made of its start and name; a redrive makes another', () => {
    expect(runIdOf('20260101t000000-0123abcd', '2026-02-02T00:00:00Z', 0)).toBe('20260101t000000-0123abcd');
    const id = runIdOf('a-name', '2026-02-02T03:04:05.678Z', 0);
    expect(id).toMatch(/^20260202t030405-[0-9a-f]{8}$/);
    expect(runIdOf('other', '2026-02-02T03:04:05.678Z', 0)).not.toBe(id);
    const again = runIdOf('a-name', '2026-02-02T03:04:05.678Z', 2);
    expect(again).toBe(`${id}-r2`);
  });
});
