import { afterEach, describe, expect, it } from 'vitest';
import { addDays } from '../../core/dates.ts';
import { MODELS } from '../reconcile/models.ts';
import { type Arrival, Warehouse } from '../reconcile/warehouse.ts';
import { Deployment } from './deployment.ts';

const opened: Warehouse[] = [];
afterEach(async () => {
  for (const warehouse of opened.splice(0)) await warehouse.remove();
});

const day = (n: number): string => addDays('2026-01-30', n);
const event = (n: number, payload: string, arrival = n): Arrival => {
  return { ingestDate: day(arrival), eventDate: day(n), payload };
};
const arrivals = [event(0, 'e1,ann,5'), event(1, 'e2,bob,7'), event(2, 'e3,ann,1'), event(2, 'e4,cid,no')];

async function open(more: readonly Arrival[] = []): Promise<Warehouse> {
  const warehouse = await Warehouse.create(MODELS);
  opened.push(warehouse);
  await warehouse.arrive([...arrivals, ...more]);
  return warehouse;
}

/** What a run in one process makes of the same. */
async function expected(more: readonly Arrival[] = []): Promise<Map<string, string>> {
  const warehouse = await open(more);
  await warehouse.run();
  return warehouse.checksums();
}

describe('an execution of the state machine with the real functions', () => {
  it('builds, publishes and shows everything, and measures it', async () => {
    const warehouse = await open();
    const deployment = new Deployment(warehouse);
    const execution = await deployment.execute({}, 'daily-1');
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { published: 17, failed: 0, balanceBroken: 0 } });
    const checksums = await warehouse.checksums();
    expect(checksums).toEqual(await expected());
    expect(new Set(deployment.built)).toEqual(new Set(MODELS.map(({ name }) => name)));
    expect(deployment.repairs).toBe(1);
    expect(new Set(deployment.shown.flat())).toEqual(new Set([...checksums.keys()].map((key) => key.split(' ')[0])));
    const [figures] = deployment.figures;
    expect(figures!.quarantineShare).toBeCloseTo(25);
    expect(figures!.dollars).toBeGreaterThan(0);
  });

  it('does nothing when nothing is stale', async () => {
    const warehouse = await open();
    const deployment = new Deployment(warehouse);
    await deployment.execute({}, 'daily-1');
    const { seq } = await warehouse.log.read();
    const built: string[] = [];
    deployment.around = (name, handle) => {
      built.push(name);
      return handle();
    };
    const execution = await deployment.execute({}, 'daily-2');
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { published: 0 } });
    expect(built).toEqual(['discover', 'plan', 'finish']);
    expect((await warehouse.log.read()).seq).toBe(seq);
  });

  it('fails in the end for a failed audit, with everything else published; redriven, it takes up what was mended', async () => {
    const warehouse = await open([event(1, 'bad,ann,1000')]);
    const deployment = new Deployment(warehouse);
    const failed = await deployment.execute({}, 'daily-1');
    expect(failed).toMatchObject({ status: 'FAILED', failedIn: 'Finish', error: { Error: 'AuditFailed' } });
    expect(JSON.stringify(failed)).toContain('amount_is_sane of silver.event dt=2026-01-31');
    expect(deployment.figures[0]).toMatchObject({ auditFailures: 1, balanceBroken: 0 });
    expect([...(await warehouse.checksums()).keys()]).toContain(`silver.event ${day(2)}`);
    expect([...(await warehouse.checksums()).keys()]).not.toContain(`silver.event ${day(1)}`);

    // Nobody has mended anything: it fails again, for the same reason.
    const again = await deployment.redrive(failed);
    expect(again).toMatchObject({ status: 'FAILED', error: { Error: 'AuditFailed' } });
    // The bad record is taken away, as a rollback of bronze would.
    const { bronze } = await warehouse.log.read();
    const bad = bronze.get('event')!.find(({ eventDate, seq }) => eventDate === day(1) && seq > 0)!;
    await warehouse.log.commit('mend', () => ({ removed: [bad.key] }));
    await warehouse.arrive([event(1, 'e2,bob,7')]);
    const mended = await deployment.redrive(again);
    expect(mended.status).toBe('SUCCEEDED');
    expect(await warehouse.checksums()).toEqual(await expected());
  });

  it('goes on from the step that a crash has stopped, when it is redriven', async () => {
    const warehouse = await open();
    const deployment = new Deployment(warehouse);
    let publishes = 0;
    deployment.around = async (name, handle) => {
      const result = await handle();
      // After its commit, so that doing it over must find it.
      if (name === 'publish' && ++publishes <= 4) throw Object.assign(new Error('shot'), { name: 'Runtime.ExitError' });
      return result;
    };
    const failed = await deployment.execute({}, 'daily-1');
    expect(failed).toMatchObject({ status: 'FAILED', failedIn: 'Publish' });
    expect(deployment.waits).toEqual(Array(3).fill('Publish Runtime.ExitError'));
    const done = await deployment.redrive(failed);
    expect(done).toMatchObject({ status: 'SUCCEEDED', output: { published: 17 } });
    expect(await warehouse.checksums()).toEqual(await expected());
  });

  it('counts a build that died twice as failed, and the next execution builds it', async () => {
    const warehouse = await open();
    const deployment = new Deployment(warehouse);
    let builds = 0;
    deployment.around = (name, handle) => {
      if (name === 'build' && ++builds <= 2)
        throw Object.assign(new Error('out of memory'), { name: 'Runtime.ExitError' });
      return handle();
    };
    const failed = await deployment.execute({}, 'daily-1');
    expect(failed).toMatchObject({ status: 'FAILED', error: { Error: 'RunFailed' } });
    expect(JSON.stringify(failed)).toContain('the build came to no end: Runtime.ExitError');
    expect((await deployment.execute({}, 'daily-2')).status).toBe('SUCCEEDED');
    expect(await warehouse.checksums()).toEqual(await expected());
  });

  it('may be a backfill in the middle of a daily run', async () => {
    const warehouse = await open();
    const deployment = new Deployment(warehouse, { engine: 'duckdb', duckdbBytes: 1 });
    await deployment.execute({}, 'daily-1');
    await warehouse.arrive([event(1, 'late,dan,3', 2)]);
    const asked = { from: day(0), to: day(1), tables: ['gold.user_day'], force: true, concurrency: 2 };
    const both = await Promise.all([deployment.execute({}, 'daily-2'), deployment.execute(asked, 'backfill-1')]);
    expect(both.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(await warehouse.checksums()).toEqual(await expected([event(1, 'late,dan,3', 2)]));
  });

  it('refuses an input that it does not understand, before any work', async () => {
    const warehouse = await open();
    const deployment = new Deployment(warehouse);
    const input = { from: '2026-02-30', tables: [], days: 3 };
    const refused = await deployment.execute(input, 'backfill-1');
    expect(refused).toMatchObject({ status: 'FAILED', failedIn: 'Discover', error: { Error: 'UsageError' } });
    expect(JSON.stringify(refused)).toMatch(/days.*expected a day/s);
    expect(deployment.waits).toEqual([]);
    const unknown = await deployment.execute({ tables: ['gold.user_days'] }, 'backfill-2');
    expect(JSON.stringify(unknown)).toContain('did you mean gold.user_day?');
    expect(await warehouse.checksums()).toEqual(new Map());
  });
});
