import type { KinesisStreamEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { parseBronzeKey } from '../../../core/bronze/bronze-object.ts';
import { readRows } from '../../../core/bronze/read-rows.ts';
import { StorageError } from '../../../core/errors.ts';
import { batchWriter } from '../../../lambdas/bronze/write-batch.ts';
import { ROUTING } from '../../bronze/temporary-warehouse.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { aggregate, kinesisEvent, kinesisRecord, order } from './kinesis-events.ts';
import { recordedTelemetry } from './recorded-telemetry.ts';

function writer(store: Pick<MemoryStore, 'put'> = new MemoryStore()) {
  const telemetry = recordedTelemetry();
  return { ...telemetry, handler: batchWriter({ store, routing: ROUTING, ...telemetry }) };
}

/** `entity event_date sequence.sub payload` of all rows. */
async function rows(store: MemoryStore): Promise<string[]> {
  const found: string[] = [];
  for (const { key, bytes } of await store.list('')) {
    const object = { key, bytes, ...parseBronzeKey(key)!, rows: Number(/-(\d+)\.parquet$/.exec(key)![1]) };
    for (const row of await readRows((await store.get(key))!, object)) {
      const { entity, eventDate, payload, reason } = row.record;
      const place = `${Number(row.sequenceNumber!.slice(-8))}.${row.subSequence}`;
      found.push(`${entity} ${eventDate} ${place} ${reason ?? payload.length}`);
    }
  }
  return found.sort();
}

const BATCH = kinesisEvent(
  kinesisRecord(1, order(1)),
  kinesisRecord(2, aggregate([order(2), Buffer.from('{cut'), order(3, '2026-01-16T00:00:00Z')])),
  kinesisRecord(3, Buffer.alloc(0)),
  kinesisRecord(4, Buffer.from([0, 255, 254])),
  kinesisRecord(5, Buffer.from('{"type":"clicks","data":{"clicked_at":"2025-01-01T00:00:00Z"}}')),
);

test('writes every record of a batch, whatever it is', async () => {
  const store = new MemoryStore();
  const { handler, counts, published } = writer(store);
  expect(await handler(BATCH)).toEqual({ batchItemFailures: [] });
  const length = order(1).length;
  expect(await rows(store)).toEqual([
    // Later than its contract accepts: without all of the contract's routing it would be dated.
    'clicks unknown 5.null 62',
    `orders 2026-01-15 1.null ${length}`,
    `orders 2026-01-15 2.0 ${length}`,
    `orders 2026-01-16 2.2 ${length}`,
    'unparsable unknown 2.1 not_json',
    'unparsable unknown 3.null not_json',
    'unparsable unknown 4.null not_utf8',
  ]);
  expect(counts).toEqual({ RecordsReceived: 7, RecordsUnparsable: 3, ObjectsWritten: 4 });
  expect(published()).toBe(1);
});

test('says which shard and records a batch is of, and nothing of what they hold', async () => {
  const { handler, lines } = writer();
  const secret = Buffer.from('{"type":"orders","data":{"user":"ann@example.org"}}');
  await handler(kinesisEvent(kinesisRecord(7, secret), kinesisRecord(8, Buffer.from('ann@example.org'))));
  expect(lines).toMatchObject([
    {
      level: 'info',
      fields: {
        shard: 'shardId-000000000006',
        first: '49590338271490256608559692538200000007',
        last: '49590338271490256608559692538200000008',
        received: 2,
        unparsable: 1,
      },
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('ann');
});

test('the same batch again lands on itself; the objects of a bisected one lie beside', async () => {
  const store = new MemoryStore();
  const { handler } = writer(store);
  await handler(BATCH);
  const contents = async () => {
    const objects = await store.list('');
    return Promise.all(objects.map(async ({ key }) => [key, Buffer.from((await store.get(key))!).toString('base64')]));
  };
  const before = await contents();
  await writer(store).handler(structuredClone(BATCH));
  expect(await contents()).toEqual(before);
  await handler(kinesisEvent(...BATCH.Records.slice(0, 2)));
  expect(await contents()).toEqual(expect.arrayContaining(before));
  expect((await contents()).length).toBeGreaterThan(before.length);
});

test('a batch without records is done', async () => {
  const { handler, lines } = writer();
  expect(await handler(kinesisEvent())).toEqual({ batchItemFailures: [] });
  expect(lines).toEqual([]);
});

test('shards after a split have names of their own, and odd ids do no harm', async () => {
  const store = new MemoryStore();
  const { handler } = writer(store);
  await handler(kinesisEvent(kinesisRecord(1, order(1), { shardId: 'shardId-000000000012' })));
  await handler(kinesisEvent(kinesisRecord(1, order(1), { shardId: '../../x' })));
  const names = (await store.list('')).map(({ key }) => key.split('/').at(-1));
  expect(names).toEqual([
    expect.stringMatching(/^stream-------x-4959\d+-4959\d+-1\.parquet$/),
    expect.stringMatching(/^stream-shardId-000000000012-4959\d+-4959\d+-1\.parquet$/),
  ]);
});

/** Fails for the objects of which `fails` says so. */
class Refusing extends MemoryStore {
  fails: (puts: number) => boolean;
  puts = 0;
  going = 0;
  most = 0;
  constructor(fails: (puts: number) => boolean) {
    super();
    this.fails = fails;
  }
  override async put(key: string, bytes: Uint8Array): Promise<void> {
    const put = ++this.puts;
    this.most = Math.max(this.most, ++this.going);
    await new Promise((resolve) => setImmediate(resolve));
    this.going--;
    if (this.fails(put)) throw new StorageError(`S3 could not write ${key} (SlowDown)`);
    await super.put(key, bytes);
  }
}

function manyDays(): KinesisStreamEvent {
  const records = Array.from({ length: 100 }, (_, n) => {
    const at = new Date(Date.UTC(2025, 0, 1 + n)).toISOString();
    return kinesisRecord(n, order(n, at));
  });
  return kinesisEvent(...records);
}

test.each([1, 4, 100])(
  'if put %i of a batch fails, all of the batch is to come again, and then is there',
  async (nth) => {
    const store = new Refusing((put) => put === nth);
    const { handler, lines, counts, published } = writer(store);
    const batch = manyDays();
    expect(await handler(batch)).toEqual({
      batchItemFailures: [{ itemIdentifier: batch.Records[0]!.kinesis.sequenceNumber }],
    });
    expect(store.going, 'nothing goes on').toBe(0);
    expect(counts).toEqual({ BatchesFailed: 1 });
    expect(published()).toBe(1);
    expect(lines).toMatchObject([{ level: 'error', fields: { first: batch.Records[0]!.kinesis.sequenceNumber } }]);
    expect(await handler(batch)).toEqual({ batchItemFailures: [] });
    expect(await store.list('')).toHaveLength(100);
    expect(store.most).toBeLessThanOrEqual(16);
  },
);

test('objects are written some at a time', async () => {
  const store = new Refusing(() => false);
  await writer(store).handler(manyDays());
  expect(store.most).toBe(16);
});
