import fc from 'fast-check';
import { afterEach, describe, expect, it, test } from 'vitest';
import { datingDigests } from '../../core/bronze/dating.ts';
import { routeOf } from '../../core/contract/route-of.ts';
import { addDays, type Day } from '../../core/dates.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import { bronzeAsOf } from '../../core/plan/bronze-index.ts';
import { plan } from '../../core/plan/plan.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { redate } from '../../core/reconcile/redate.ts';
import { closeAll, deliver, open, projectOf, type Rules, rowsOf, type Sent } from '../pipeline/orders.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

afterEach(closeAll);

const TODAY = '2026-03-05';
const order = (key: string, at: string | undefined, more: Partial<Sent> = {}): Sent => ({
  ...{ type: 'orders', key, arrival: TODAY, by: 'stream' },
  ...(at === undefined ? {} : { at }),
  ...more,
});

/** Live objects as `entity event date rows`, sorted. */
function objectsOf({ bronze }: LedgerState): string[] {
  return [...bronze.values()]
    .flat()
    .map(({ entity, eventDate, rows }) => `${entity} ${eventDate} ${rows}`)
    .sort();
}

async function reasonsOf(pipeline: Pipeline): Promise<string[]> {
  const rows = await pipeline.rows(undefined, ['source', 'payload', 'ingested_at', 'shard_id', 'sequence_number']);
  return rows
    .get('quarantine.orders')!
    .map((row) => `${row[1]} ${row.at(-1)}`)
    .sort();
}

const RUN = { today: TODAY } as const;
const DONE = { failures: [], errors: [], blocked: [] };

describe('records that come too late or too far ahead', () => {
  const sent: readonly Sent[] = [
    order('a', '2026-03-04T10:00:00Z'),
    order('b', '2026-02-01T10:00:00Z'),
    order('c', '2026-03-09T10:00:00Z'),
    order('d', '2026-02-01T10:00:00Z', { by: 'file' }),
    order('f', '2026-03-05T10:00:00Z'),
  ];

  it('are quarantined under their arrival and reopen no old day; files are taken whatever their time', async () => {
    const pipeline = await open({ accept: { lateDays: 7, aheadDays: 1 } });
    await deliver(pipeline, sent);
    expect(await pipeline.run(RUN)).toMatchObject(DONE);
    expect(await reasonsOf(pipeline)).toEqual([`ordered_at:too_far_ahead ${TODAY}`, `ordered_at:too_late ${TODAY}`]);
    const silver = (await pipeline.rows()).get('silver.orders')!;
    expect(silver.map((row) => `${row[2]} ${row.at(-1)}`).sort()).toEqual([
      'a 2026-03-04',
      'd 2026-02-01',
      'f 2026-03-05',
    ]);
    await deliver(pipeline, [order('e', '2026-01-01T10:00:00Z')]);
    const { published } = await pipeline.run(RUN);
    expect(new Set(published.filter(({ changed }) => changed).map(({ dt }) => dt))).toEqual(new Set([TODAY]));
    expect(published.some(({ dt }) => dt < TODAY)).toBe(false);
  });

  it('are refused in files too, where the contract says so', async () => {
    const pipeline = await open({ accept: { lateDays: 7, files: true } });
    await deliver(pipeline, sent);
    await pipeline.run(RUN);
    expect(await reasonsOf(pipeline)).toEqual([`ordered_at:too_late ${TODAY}`, `ordered_at:too_late ${TODAY}`]);
  });
});

describe('a rule that changes', () => {
  it('dates records that had no usable date, and leaves the others', async () => {
    const before = await open({ earliest: '2026-03-01' });
    await deliver(before, [
      order('a', '2026-02-27T10:00:00Z'),
      order('b', 'soon'),
      order('c', '2026-03-02T10:00:00Z'),
      order('d', '2026-02-26T10:00:00Z', { by: 'bare file' }),
      order('e', undefined, { by: 'file' }),
    ]);
    await before.run(RUN);
    expect(await reasonsOf(before)).toContain(`ordered_at:too_early ${TODAY}`);
    const after = await open({ earliest: '2026-02-01' }, before.root);
    expect(await after.run(RUN)).toMatchObject(DONE);
    expect(objectsOf(await after.log.read())).toEqual([
      'orders 2026-02-26 1',
      'orders 2026-02-27 1',
      'orders 2026-03-02 1',
      'orders unknown 1',
      'orders unknown 1',
    ]);
    expect(await reasonsOf(after)).toEqual([`ordered_at:bad_timestamp ${TODAY}`, `ordered_at:missing ${TODAY}`]);
  });

  it('takes the date away that is refused now', async () => {
    const before = await open({});
    const sent = [order('a', '2026-02-01T10:00:00Z'), order('b', '2026-02-01T10:00:00Z', { by: 'file' })];
    await deliver(before, sent);
    await before.run(RUN);
    const after = await open({ accept: { lateDays: 7 } }, before.root);
    await after.run(RUN);
    expect(objectsOf(await after.log.read())).toEqual(['orders 2026-02-01 1', 'orders unknown 1']);
    expect(await reasonsOf(after)).toEqual([`ordered_at:too_late ${TODAY}`]);
  });

  it('reads another field of those that had no date', async () => {
    const before = await open({});
    await deliver(before, [
      order('a', undefined, { placed: '2026-03-01T10:00:00Z' }),
      order('b', '2026-03-04T00:00:00Z', { placed: '2026-03-04T10:00:00Z' }),
    ]);
    await before.run(RUN);
    const after = await open({ eventTime: 'placed_at' }, before.root);
    await after.run(RUN);
    expect(objectsOf(await after.log.read())).toEqual(['orders 2026-03-01 1', 'orders 2026-03-04 1']);
    expect(await reasonsOf(after)).toEqual([]);
  });

  it('takes the date away from what came by the stream, also if that was dated anew before', async () => {
    const first = await open({ earliest: '2026-03-01' });
    await deliver(first, [order('a', '2026-02-27T10:00:00Z'), order('b', '2026-02-27T10:00:00Z', { by: 'file' })]);
    await first.run(RUN);
    const second = await open({ earliest: '2026-02-01' }, first.root);
    await second.run(RUN);
    expect(objectsOf(await second.log.read())).toEqual(['orders 2026-02-27 1', 'orders 2026-02-27 1']);
    const third = await open({ accept: { lateDays: 3 } }, first.root);
    await third.run(RUN);
    expect(objectsOf(await third.log.read())).toEqual(['orders 2026-02-27 1', 'orders unknown 1']);
  });

  it('keeps other rejects beside a type that is known now as they are, text and reason', async () => {
    const before = await open({});
    const line = '{"specversion":"1.0","id":"e","source":"s","type":"visits","data":{"order_id":"a"}}';
    const sent = [Buffer.from(line), Buffer.from([0xff]), Buffer.from('{'), Buffer.from('\ufeff{}')];
    await before.stream(
      sent.map((data, n) => {
        const arrivedAt = Date.parse(`${TODAY}T12:00:00Z`);
        return { shardId: 's', sequenceNumber: String(n), subSequence: null, arrivedAt, data };
      }),
    );
    await before.run(RUN);
    const rejected = async (pipeline: Pipeline) =>
      (await pipeline.rows()).get('quarantine.unparsable')!.filter((row) => row[2] !== 'unknown_type');
    const as = await rejected(before);
    expect(as).toHaveLength(3);
    const after = await open({ visits: true }, before.root);
    await after.run(RUN);
    expect((await after.rows()).get('quarantine.visits')).toHaveLength(1);
    expect(await rejected(after)).toEqual(as);
  });

  it('takes up the records of a type that was not known, and no other rejects', async () => {
    const before = await open({});
    await deliver(before, [
      order('a', '2026-03-04T10:00:00Z', { type: 'visits' }),
      order('b', '2026-03-04T10:00:00Z', { type: 'visits', by: 'file' }),
      order('c', '2026-03-04T10:00:00Z', { type: 'refunds' }),
    ]);
    await before.run(RUN);
    expect(await rejects(before)).toEqual(['unknown_type', 'unknown_type', 'unknown_type']);
    const after = await open({ visits: true }, before.root);
    expect(await after.run(RUN)).toMatchObject(DONE);
    expect(await rejects(after)).toEqual(['unknown_type']);
    expect((await after.rows()).get('silver.visits')!.map((row) => row[2])).toEqual(['a', 'b']);
  });
});

async function rejects(pipeline: Pipeline): Promise<(string | null)[]> {
  return (await pipeline.rows()).get('quarantine.unparsable')!.map((row) => row[2]!);
}

const day = fc.integer({ min: -9, max: 2 }).map((n) => addDays(TODAY, n));
const rules: fc.Arbitrary<Rules> = fc.record(
  {
    earliest: day,
    accept: fc.record({ lateDays: fc.nat(8), files: fc.boolean() }),
    withinDays: fc.integer({ min: 1, max: 3 }),
    visits: fc.boolean(),
  },
  { requiredKeys: [] },
);
/** Contracts come and never go: records of one that is gone stay where they are, for when it comes back. */
const changes = fc
  .array(rules, { minLength: 2, maxLength: 3 })
  .map((all) => all.map((rule, n) => ({ ...rule, visits: all.slice(0, n + 1).some(({ visits }) => visits) })));
const sentOne: fc.Arbitrary<Sent> = fc.record({
  type: fc.constantFrom('orders', 'orders', 'orders', 'visits', 'refunds'),
  key: fc.constantFrom('a', 'b', 'c', 'd'),
  at: fc.oneof(
    { weight: 6, arbitrary: day.map((at) => `${at}T10:00:00Z`) },
    { weight: 1, arbitrary: fc.constantFrom('soon', '1970-01-01T00:00:00Z', '\ufeff') },
  ),
  amount: fc.constantFrom(1, 2, 500),
  arrival: fc.integer({ min: -3, max: 0 }).map((n): Day => addDays(TODAY, n)),
  by: fc.constantFrom('stream', 'file', 'bare file'),
});

test('after any changes of the rules everything is as if they had always been the last ones', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(sentOne, { minLength: 1, maxLength: 25, size: 'max' }),
      changes,
      fc.nat(25),
      async (sent, all, cut) => {
        const last = all.at(-1)!;
        // A bare record is of orders, whatever its type would say.
        const scratch = await open(last);
        await deliver(scratch, sent.slice(0, cut));
        await deliver(scratch, sent.slice(cut));
        await scratch.run(RUN);
        let pipeline = await open(all[0]!);
        await deliver(pipeline, sent.slice(0, cut));
        for (const next of all.slice(1)) {
          await pipeline.run(RUN);
          pipeline = await open(next, pipeline.root);
          if (next === all[1]) await deliver(pipeline, sent.slice(cut));
        }
        expect(await pipeline.run(RUN)).toMatchObject(DONE);
        expect(await rowsOf(pipeline)).toEqual(await rowsOf(scratch));
        const { seq } = await pipeline.log.read();
        expect(await pipeline.run(RUN)).toMatchObject({ waves: 0, published: [] });
        expect((await pipeline.log.read()).seq).toBe(seq);
      },
    ),
    { numRuns: 3 },
  );
});

test('two at once do it once', async () => {
  const before = await open({ earliest: '2026-03-01' });
  const sent = ['a', 'b', 'c'].flatMap((key) => [
    order(key, '2026-02-27T10:00:00Z'),
    order(`${key}2`, '2026-02-26T10:00:00Z', { by: 'file' }),
    order(`${key}3`, 'soon', { by: 'bare file' }),
  ]);
  await deliver(before, sent);
  await before.run(RUN);
  const routing = projectOf({ earliest: '2026-02-01' }).contracts.map(routeOf);
  const clock = () => '2026-03-05T12:00:00.000Z';
  const moved = await Promise.all(
    ['x', 'y', 'z'].map((by) => redate({ log: before.log, store: before.store, routing, clock, by })),
  );
  expect(moved.sort()).toEqual([0, 0, 6]);
  const { bronze } = await before.log.read();
  expect([...bronze.values()].flat().reduce((sum, { rows }) => sum + rows, 0)).toBe(9);
  const after = await open({ earliest: '2026-02-01' }, before.root);
  expect(await after.run(RUN)).toMatchObject(DONE);
  expect((await after.rows()).get('silver.orders')).toHaveLength(6);
});

/** Dates anew by these rules, and adds the bronze objects that it reads to `reads`. */
async function lookAgain(pipeline: Pipeline, rules: Rules, reads: string[]): Promise<void> {
  const inner = pipeline.store;
  const store: ObjectStore = {
    get: (key) => {
      if (key.startsWith('bronze/')) reads.push(key);
      return inner.get(key);
    },
    put: (key, bytes) => inner.put(key, bytes),
    create: (key, bytes) => inner.create(key, bytes),
    list: (prefix, startAfter) => inner.list(prefix, startAfter),
    delete: (keys) => inner.delete(keys),
  };
  const clock = () => `${TODAY}T12:00:00.000Z`;
  const routing = projectOf(rules).contracts.map(routeOf);
  await redate({
    log: pipeline.log,
    store,
    routing,
    clock,
    by: `look-${reads.length}-${JSON.stringify(rules).length}`,
  });
}

test('no object is read when no rule has changed, and each once when one has', async () => {
  const first = await open({ earliest: '2026-03-01' });
  await deliver(first, [order('a', 'soon'), order('b', 'soon', { by: 'file' }), order('c', '2026-03-02T00:00:00Z')]);
  await first.run(RUN);
  const look = async (rule: Rules): Promise<number> => {
    const reads: string[] = [];
    await lookAgain(first, rule, reads);
    return reads.length;
  };
  // Each run of the pipeline has looked already.
  expect(await look({ earliest: '2026-03-01' })).toBe(0);
  expect(await look({ earliest: '2026-02-01' })).toBe(2);
  expect(await look({ earliest: '2026-02-01' })).toBe(0);
  expect(await look({ earliest: '2026-02-01', withinDays: 3 })).toBe(0);
  expect(await look({ earliest: '2026-02-01', accept: { aheadDays: 1 } })).toBe(2);
});

test('what the bulk loader has just written is not read', async () => {
  const pipeline = await open({});
  await deliver(pipeline, [order('a', 'soon', { by: 'file' }), order('b', 'soon', { by: 'bare file' })]);
  const reads: string[] = [];
  await lookAgain(pipeline, {}, reads);
  expect(reads).toEqual([]);
});

test('of records with a date those are read that are refused now, and no history', async () => {
  const first = await open({});
  await deliver(first, [
    order('a', '2026-02-01T00:00:00Z'),
    order('b', '2026-02-01T00:00:00Z', { by: 'file' }),
    order('c', '2026-02-25T00:00:00Z'),
  ]);
  await first.run(RUN);
  const reads: string[] = [];
  const accept = { lateDays: 20 };
  await lookAgain(first, { accept }, reads);
  expect(reads.map((key) => /event_date=([^/]+)/.exec(key)![1])).toEqual(['2026-02-01']);
  await lookAgain(first, { accept: { lateDays: 30 } }, reads);
  expect(reads).toHaveLength(2);
  expect(objectsOf(await first.log.read())).toEqual(['orders 2026-02-01 1', 'orders 2026-02-25 1', 'orders unknown 1']);
});

test('the digest tells each rule, and nothing else', () => {
  const of = (rule: Rules) => datingDigests(projectOf(rule).contracts.map(routeOf)).get('orders');
  const different: Rules[] = [
    {},
    { earliest: '2000-01-01' },
    { eventTime: 'placed_at' },
    { accept: { lateDays: 1 } },
    { accept: { aheadDays: 1 } },
    { accept: { lateDays: 2 } },
    { accept: { lateDays: 1, files: true } },
  ];
  expect(new Set(different.map(of)).size).toBe(different.length);
  expect(of({ withinDays: 3, visits: true })).toBe(of({}));
});

test('a batch that comes again, from the old writer or the new, is not counted again', async () => {
  const before = await open({ earliest: '2026-03-01' });
  const sent = [order('a', '2026-02-27T10:00:00Z'), order('b', 'soon'), order('c', '2026-03-02T10:00:00Z')];
  await deliver(before, sent, 'batch');
  await before.run(RUN);
  const after = await open({ earliest: '2026-02-01' }, before.root);
  await after.run(RUN);
  const counts = async () => (await rowsOf(after)).get('ops.balance_orders')!.map((row) => row.slice(1, 5).join(' '));
  const rows = await rowsOf(after);
  const first = await counts();
  await deliver(before, sent, 'batch');
  expect((await after.run(RUN)).published).toEqual([]);
  await deliver(after, sent, 'batch');
  expect(await after.run(RUN)).toMatchObject(DONE);
  expect(await counts()).toEqual(first);
  expect((await rowsOf(after)).get('silver.orders')).toEqual(rows.get('silver.orders'));
  expect((await rowsOf(after)).get('quarantine.orders')).toEqual(rows.get('quarantine.orders'));
});

test('a run that began before goes on with bronze as it was', async () => {
  const before = await open({ earliest: '2026-03-01' });
  await deliver(before, [order('a', '2026-02-27T10:00:00Z', { by: 'file' }), order('c', '2026-03-02T10:00:00Z')]);
  await before.run(RUN);
  const after = await open({ earliest: '2026-02-01' }, before.root);
  const { seq: basis } = await after.log.read();
  const routing = projectOf({ earliest: '2026-02-01' }).contracts.map(routeOf);
  await redate({ log: after.log, store: after.store, routing, clock: () => `${TODAY}T12:00:00.000Z`, by: 'other' });
  const state = await after.log.read();
  const keys = (bronze: ReadonlyMap<string, readonly { key: string }[]>) =>
    [...bronze.values()].flat().map(({ key }) => key);
  expect(keys(bronzeAsOf(state, basis)).sort()).toEqual(keys((await before.log.readAsOf(basis)).bronze).sort());
  const project = projectOf({ earliest: '2026-03-01' });
  const planned = plan({ project, state, basis, release: '2026-01-01T00:00:00.000Z', failed: new Set() });
  expect({ ready: planned.ready, retire: planned.retire }).toEqual({ ready: [], retire: [] });
});
