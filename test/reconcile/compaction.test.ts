import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, test } from 'vitest';
import { mergeIn } from '../../adapters/local/merge-objects.ts';
import { decodeAbsorbed, isAbsorbedKey } from '../../core/bronze/absorbed.ts';
import type { BronzeObject } from '../../core/bronze/bronze-object.ts';
import { readRows } from '../../core/bronze/read-rows.ts';
import { FEWEST, groupsToMerge } from '../../core/bronze/small-objects.ts';
import { type StreamRecord, streamObjects } from '../../core/bronze/stream-objects.ts';
import { routeOf } from '../../core/contract/route-of.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { garbage } from '../../core/ledger/garbage.ts';
import { emptyState } from '../../core/ledger/state.ts';
import { type Compaction, compact } from '../../core/reconcile/compact.ts';
import { discover } from '../../core/reconcile/discover.ts';
import { closeAll, open, projectOf } from '../pipeline/orders.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { MemoryStore } from '../ports/memory-store.ts';

afterEach(closeAll);

const TODAY = '2026-03-05';
const DAY_MS = 86_400_000;
const DONE = { failures: [], errors: [], blocked: [] };

/** What is sent: a place in the stream and what it says; the same place is the same record. */
function record(place: number): StreamRecord {
  const at = place % 7 === 3 ? 'soon' : `2026-03-0${1 + (place % 3)}T10:00:00Z`;
  const sent = {
    ...{ specversion: '1.0', id: `e${place}`, source: 's', type: place % 11 === 5 ? 'refunds' : 'orders' },
    data: { order_id: `o${place % 17}`, ordered_at: at, amount: place % 5 === 4 ? 500 : 1, note: '\ufeff"é\u0000' },
  };
  const arrivedAt = Date.parse(`${TODAY}T12:00:00.123Z`) - (place % 2) * DAY_MS;
  const data = Buffer.from(place % 13 === 6 ? `cut ${place}` : JSON.stringify(sent));
  return { shardId: 'shard-1', sequenceNumber: String(1000 + place), subSequence: null, arrivedAt, data };
}

function records(first: number, last: number): StreamRecord[] {
  return Array.from({ length: last - first + 1 }, (_, i) => record(first + i));
}

function compactionIn(pipeline: Pipeline, more: Partial<Compaction> = {}): Compaction {
  const clock = () => new Date().toISOString();
  const onFailure = (error: unknown): void => {
    throw error;
  };
  return { merge: mergeIn(pipeline.root), clock, onFailure, fewest: 2, ...more };
}

function look(pipeline: Pipeline, by: string, compaction: Compaction): Promise<readonly BronzeObject[]> {
  const { log, store } = pipeline;
  return discover({ log, store, entities: ['orders', 'unparsable'], today: TODAY, by, compaction });
}

async function listed({ log }: Pipeline): Promise<BronzeObject[]> {
  return [...(await log.read()).bronze.values()].flat();
}

/** `entity dt received redelivered` of every day. */
async function received(pipeline: Pipeline): Promise<string[]> {
  const rows = await pipeline.rows();
  return ['ops.balance_orders', 'ops.balance_unparsable'].flatMap((table) =>
    rows.get(table)!.map((row) => `${row[0]} ${row.at(-1)} ${row[1]} ${row[5]}`),
  );
}

/** Batches of a stream, each delivered whole or bisected, some of them again, and after which there is a run. */
const story = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 9 }),
    tries: fc.array(fc.constantFrom('whole', 'bisected', 'first half'), { minLength: 1, maxLength: 3 }),
    /** Delivered again after all. */
    later: fc.boolean(),
    run: fc.constantFrom(false, false, true),
  }),
  { minLength: 2, maxLength: 14 },
);

test('every table is row by row what it is without, whatever comes whole, bisected, again', async () => {
  let merges = 0;
  await fc.assert(
    fc.asyncProperty(story, fc.constantFrom(2, 3, 5), async (steps, fewest) => {
      const plain = await open({});
      const compacted = await open({});
      const run = async (): Promise<void> => {
        await plain.run({ today: TODAY });
        expect(await compacted.run({ today: TODAY, compaction: compactionIn(compacted, { fewest }) })).toMatchObject(
          DONE,
        );
      };
      const deliver = async (batch: readonly StreamRecord[]): Promise<void> => {
        for (const pipeline of [plain, compacted]) if (batch.length > 0) await pipeline.stream(batch);
      };
      let place = 0;
      const again: StreamRecord[][] = [];
      for (const { size, tries, later, run: now } of steps) {
        const batch = records(place, place + size - 1);
        place += size;
        const middle = size >> 1;
        for (const how of tries) {
          if (how === 'whole') await deliver(batch);
          else await deliver(batch.slice(0, middle));
          if (how === 'bisected') await deliver(batch.slice(middle));
        }
        if (later) again.push(batch);
        if (now) await run();
      }
      await run();
      for (const batch of again) await deliver(batch);
      await run();
      expect(await compacted.rows()).toEqual(await plain.rows());
      const objects = await listed(compacted);
      merges += objects.filter(({ absorbed }) => absorbed).length;
      const { seq } = await compacted.log.read();
      expect(await look(compacted, 'again', compactionIn(compacted))).toEqual([]);
      expect((await compacted.log.read()).seq).toBe(seq);
    }),
    { numRuns: 5 },
  );
  expect(merges).toBeGreaterThan(5);
});

async function withBatches(count: number): Promise<Pipeline> {
  const pipeline = await open({});
  for (let n = 0; n < count; n++) await pipeline.stream(records(n * 6, n * 6 + 5));
  return pipeline;
}

describe('many small objects', () => {
  it('become one for each partition, with the same rows, byte by byte', async () => {
    const pipeline = await withBatches(12);
    const before = (await pipeline.store.list('bronze/')).map(({ key }) => key);
    const objects = await look(pipeline, 'run', compactionIn(pipeline));
    expect(objects.length).toBeLessThan(before.length / 5);
    const written = streamObjects(records(0, 71), projectOf({}).contracts.map(routeOf));
    expect(written).toHaveLength(objects.length);
    for (const { object, content } of written) {
      const merged = objects.find(({ key }) => key.startsWith(object.key.replace(/[^/]*$/, '')))!;
      const { size } = await stat(join(pipeline.root, merged.key));
      expect([merged.rows, merged.bytes]).toEqual([object.rows, size]);
      const rows = await readRows((await pipeline.store.get(merged.key))!, merged);
      const sorted = rows.sort((a, b) => Number(a.sequenceNumber) - Number(b.sequenceNumber));
      expect(sorted).toEqual(await readRows(content, object));
    }
    const lists = objects.map(({ absorbed }) => absorbed!);
    const named = await Promise.all(lists.map(async (list) => decodeAbsorbed(list, (await pipeline.store.get(list))!)));
    expect(named.flat().sort()).toEqual(before);
  });

  it('stay as they are if they are few, or large', () => {
    const objects = (count: number, bytes: number): BronzeObject[] =>
      Array.from({ length: count }, (_, n) => ({
        ...{ key: `bronze/entity=a/ingest_date=${TODAY}/event_date=${TODAY}/stream-${n}-1.parquet` },
        ...{ entity: 'a', ingestDate: TODAY, eventDate: TODAY, rows: 1, bytes },
      }));
    expect(groupsToMerge(objects(FEWEST - 1, 100))).toEqual([]);
    expect(groupsToMerge(objects(FEWEST, 100))).toHaveLength(1);
    expect(groupsToMerge(objects(1000, 8 << 20))).toEqual([]);
    const groups = groupsToMerge(objects(4000, 100_000));
    expect(Math.max(...groups.map((group) => group.reduce((sum, { bytes }) => sum + bytes, 0)))).toBeLessThan(1 << 26);
    expect(groups.flat()).toHaveLength(4000);
  });

  it('are listed as they are where there is no time to merge them', async () => {
    const objects = Array.from({ length: 8 }, (_, n) => {
      const eventDate = `2026-03-0${1 + (n % 2)}`;
      const key = `bronze/entity=a/ingest_date=${TODAY}/event_date=${eventDate}/stream-${n}-1.parquet`;
      return { key, entity: 'a', ingestDate: TODAY, eventDate, rows: 1, bytes: 100 };
    });
    let merges = 0;
    const merge = async () => ({ rows: 4, bytes: 10 * ++merges });
    const clock = () => new Date().toISOString();
    const compaction = { merge, clock, fewest: 2, hasTime: () => merges < 1 };
    const compacted = await compact(objects, compaction, new MemoryStore(), 'run-1', new Map());
    expect(compacted.map(({ rows }) => rows).sort()).toEqual([1, 1, 1, 1, 4]);
  });

  it('are dated anew when the rules change, merged or not', async () => {
    const rules = { earliest: '2026-03-02', accept: { lateDays: 30 } };
    const [plain, before] = [await open(rules), await open(rules)];
    for (const pipeline of [plain, before])
      for (let n = 0; n < 5; n++) await pipeline.stream(records(n * 6, n * 6 + 5));
    await plain.run({ today: TODAY });
    await before.run({ today: TODAY, compaction: compactionIn(before) });
    const [one, other] = [
      await open({ accept: { lateDays: 2 } }, plain.root),
      await open({ accept: { lateDays: 2 } }, before.root),
    ];
    await one.run({ today: TODAY });
    expect(await other.run({ today: TODAY, compaction: compactionIn(other) })).toMatchObject(DONE);
    expect((await other.log.read()).removed.length).toBeGreaterThan(0);
    expect(await other.rows()).toEqual(await one.rows());
    // What was merged, and is now elsewhere, is still known.
    expect(await look(other, 'again', compactionIn(other))).toEqual([]);
  });
});

describe('two that discover at once', () => {
  it('commit each record once; what the others merged is left to garbage collection', async () => {
    const pipeline = await withBatches(10);
    await Promise.all(
      ['a', 'b', 'c'].map((by) => look(pipeline, by, compactionIn(pipeline, { fewest: by === 'c' ? 3 : 2 }))),
    );
    const objects = await listed(pipeline);
    expect(objects.reduce((sum, { rows }) => sum + rows, 0)).toBe(60);
    expect(objects.every(({ absorbed }) => absorbed)).toBe(true);
    expect((await pipeline.log.read()).seq).toBe(1);
    const commits = await pipeline.log.commits();
    const stored = await pipeline.store.list('bronze/');
    const inThreeDays = Date.now() + 3 * DAY_MS;
    const left = garbage({
      commits,
      state: emptyState(),
      absorbed: new Map(),
      objects: stored,
      now: inThreeDays,
      retentionMs: 7 * DAY_MS,
    });
    expect(left.map(({ key }) => key).filter((key) => !/\/merged-stream-[abc]-/.test(key))).toEqual([]);
    expect(left.length).toBeGreaterThan(0);
    expect(left.some(({ key }) => objects.some((object) => [object.key, object.absorbed].includes(key)))).toBe(false);
  });

  it.each(['as they are', 'merged'])('drop a merge of what the other has taken up %s meanwhile', async (how) => {
    const pipeline = await withBatches(6);
    let others: readonly BronzeObject[] | undefined;
    const merge: Compaction['merge'] = async (keys, target) => {
      const fewest = how === 'merged' ? 2 : Number.POSITIVE_INFINITY;
      const written = await mergeIn(pipeline.root)(keys, target);
      if (!others) {
        others = await look(pipeline, 'other', compactionIn(pipeline, { fewest }));
        // One more, which only the first can take up; it was not there when the first looked.
        await pipeline.stream(records(100, 101));
      }
      return written;
    };
    expect(await look(pipeline, 'first', compactionIn(pipeline, { merge }))).toEqual([]);
    const objects = await listed(pipeline);
    expect(objects.map(({ key }) => key).sort()).toEqual(others!.map(({ key }) => key).sort());
    expect(objects.reduce((sum, { rows }) => sum + rows, 0)).toBe(36);
  });
});

describe('what goes wrong between a merge and its commit', () => {
  it('a crash leaves orphans, and the next takes up all', async () => {
    const pipeline = await withBatches(6);
    const create = pipeline.store.create.bind(pipeline.store);
    const killed = {
      ...methodsOf(pipeline),
      create: (key: string, bytes: Uint8Array) => {
        if (!isAbsorbedKey(key)) throw new Error('killed');
        return create(key, bytes);
      },
    };
    const log = new CommitLog(killed, () => new Date().toISOString());
    const request = { log, store: killed, entities: ['orders', 'unparsable'], today: TODAY, by: 'dead' };
    await expect(discover({ ...request, compaction: compactionIn(pipeline) })).rejects.toThrow('killed');
    expect(await listed(pipeline)).toEqual([]);
    expect((await pipeline.store.list('bronze/')).filter(({ key }) => key.includes('merged-'))).not.toEqual([]);
    await look(pipeline, 'alive', compactionIn(pipeline));
    expect((await listed(pipeline)).reduce((sum, { rows }) => sum + rows, 0)).toBe(36);
  });

  it('a merge that fails, or loses a row, leaves its objects as they are', async () => {
    const pipeline = await withBatches(6);
    const failures: string[] = [];
    const onFailure = (error: unknown) => void failures.push((error as Error).message);
    const merge: Compaction['merge'] = async (keys, target) => {
      if (target.includes('unparsable')) throw new Error('no memory');
      const { rows, bytes } = await mergeIn(pipeline.root)(keys, target);
      return { rows: rows - 1, bytes };
    };
    const objects = await look(pipeline, 'run', compactionIn(pipeline, { merge, onFailure }));
    expect(objects.filter(({ absorbed }) => absorbed)).toEqual([]);
    expect(objects.reduce((sum, { rows }) => sum + rows, 0)).toBe(36);
    expect(failures.filter((text) => /no memory|rows, but \d+ were merged/.test(text))).toHaveLength(failures.length);
    expect(failures.length).toBeGreaterThan(1);
  });
});

function methodsOf({ store }: Pipeline): Pipeline['store'] {
  return {
    get: (key) => store.get(key),
    put: (key, bytes) => store.put(key, bytes),
    create: (key, bytes) => store.create(key, bytes),
    list: (prefix, startAfter) => store.list(prefix, startAfter),
    delete: (keys) => store.delete(keys),
  };
}

test('after the retention the originals are collected; the same batch may still come again and counts once', async () => {
  const pipeline = await withBatches(6);
  const originals = (await pipeline.store.list('bronze/')).map(({ key }) => key);
  await pipeline.run({ today: TODAY, compaction: compactionIn(pipeline) });
  const lists = (await listed(pipeline)).map(({ absorbed }) => absorbed!);
  const [rows, counts] = [await pipeline.rows(), await received(pipeline)];
  const collect = async (now: number): Promise<string[]> => {
    const objects = await pipeline.store.list('bronze/');
    const absorbed = new Map<string, readonly string[]>();
    for (const { key } of objects)
      if (isAbsorbedKey(key)) absorbed.set(key, decodeAbsorbed(key, (await pipeline.store.get(key))!));
    const commits = await pipeline.log.commits();
    const found = garbage({ commits, state: emptyState(), absorbed, objects, now, retentionMs: 7 * DAY_MS }).map(
      ({ key }) => key,
    );
    await pipeline.store.delete(found);
    return found.sort();
  };
  const committed = Date.parse((await pipeline.log.commits())[0]!.at);
  expect(await collect(committed + 7 * DAY_MS - 1)).toEqual([]);
  expect(await collect(committed + 7 * DAY_MS + 1)).toEqual(originals);

  await pipeline.stream(records(0, 5));
  expect(await pipeline.run({ today: TODAY, compaction: compactionIn(pipeline) })).toMatchObject({ published: [] });
  // Bisected, it is new to the log: silver finds the records that repeat.
  await pipeline.stream(records(0, 2));
  await pipeline.run({ today: TODAY, compaction: compactionIn(pipeline) });
  for (const table of ['silver.orders', 'quarantine.orders', 'quarantine.unparsable'])
    expect((await pipeline.rows()).get(table)).toEqual(rows.get(table));
  expect((await received(pipeline)).map((each) => each.replace(/ \d+$/, ''))).toEqual(
    counts.map((each) => each.replace(/ \d+$/, '')),
  );
  // What came again is collected too, then the lists. A batch that came later still would count once.
  const last = committed + 400 * DAY_MS;
  const first = await collect(last);
  const again = first.filter((key) => originals.includes(key));
  expect(again.length).toBeGreaterThan(0);
  const folderOf = (key: string): string => key.replace(/[^/]*$/, '');
  const left = lists.filter((list) => again.some((key) => folderOf(key) === folderOf(list)));
  expect([...again, ...lists.filter((list) => !left.includes(list))].sort()).toEqual(first);
  expect(await collect(last)).toEqual(left.sort());
  await pipeline.stream(records(6, 11));
  await pipeline.run({ today: TODAY, compaction: compactionIn(pipeline) });
  expect((await pipeline.rows()).get('silver.orders')).toEqual(rows.get('silver.orders'));
  expect((await received(pipeline)).map((each) => each.replace(/ \d+$/, ''))).toEqual(
    counts.map((each) => each.replace(/ \d+$/, '')),
  );
});

test('the list of what was absorbed outlives it while discovery may find a batch that comes again', () => {
  const folder = `bronze/entity=a/ingest_date=${TODAY}/event_date=${TODAY}/`;
  const [key, list] = [`${folder}merged-stream-run-1.parquet`, `${folder}merged-stream-run-1.absorbed.json.gz`];
  const object = { key, entity: 'a', ingestDate: TODAY, eventDate: TODAY, rows: 1, bytes: 1, absorbed: list };
  const commits = [{ format: 1, seq: 1, at: `${TODAY}T12:00:00.000Z`, by: 'run', bronze: [object] }] as const;
  const absorbed = new Map([[list, [`${folder}stream-s-1-1-1.parquet`]]]);
  const objects = [key, list].map((stored) => ({ key: stored, bytes: 1, modifiedAt: Date.parse(TODAY) }));
  const after = (days: number): string[] =>
    garbage({
      commits,
      state: emptyState(),
      absorbed,
      objects,
      now: Date.parse(TODAY) + days * DAY_MS,
      retentionMs: 0,
    }).map((each) => each.key);
  expect(after(9)).toEqual([]);
  expect(after(11)).toEqual([list]);
});
