import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type StreamRecord, streamObjects } from '../../core/bronze/stream-objects.ts';
import { query, ROUTING, TemporaryWarehouse } from './temporary-warehouse.ts';

const warehouse = new TemporaryWarehouse();
afterAll(() => warehouse.remove());

function record(sequence: number, at: string, more: Partial<StreamRecord> = {}): StreamRecord {
  const data = Buffer.from(`{"id":"e${sequence}","type":"orders","data":{"at":"${at}"}}`);
  const arrivedAt = Date.UTC(2026, 1, 1, 23, 59, 59, 999);
  return {
    shardId: 'shardId-000000000007',
    sequenceNumber: String(sequence),
    subSequence: null,
    arrivedAt,
    data,
    ...more,
  };
}

test('one object for each shard, arrival day and event date, named by what it holds', () => {
  const objects = streamObjects(
    [
      record(9, '2026-01-01T00:00:00Z'),
      record(10, '2026-01-02T00:00:00Z', { arrivedAt: Date.UTC(2026, 1, 2) }),
      record(11, 'soon', { subSequence: 3 }),
      record(5, '2026-01-01T00:00:00Z', { shardId: 'a/../b' }),
    ],
    ROUTING,
  );
  expect(objects.map(({ object }) => object.key)).toEqual([
    'bronze/entity=orders/ingest_date=2026-02-01/event_date=2026-01-01/stream-shardId-000000000007-9-11-1.parquet',
    'bronze/entity=orders/ingest_date=2026-02-01/event_date=unknown/stream-shardId-000000000007-9-11-1.parquet',
    'bronze/entity=orders/ingest_date=2026-02-02/event_date=2026-01-02/stream-shardId-000000000007-9-11-1.parquet',
    'bronze/entity=orders/ingest_date=2026-02-01/event_date=2026-01-01/stream-a----b-5-5-1.parquet',
  ]);
});

test('a batch delivered again gives the same bytes', () => {
  const batch = [record(1, '2026-01-01T00:00:00Z'), record(2, '2026-01-02T00:00:00Z')];
  expect(streamObjects(batch, ROUTING)).toEqual(streamObjects(batch, ROUTING));
});

test('DuckDB reads the columns of the bulk loader, with the same types', async () => {
  const [streamed] = streamObjects([record(1, '2026-01-01T00:00:00Z', { subSequence: 2 })], ROUTING);
  const path = join(warehouse.path, 'streamed.parquet');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, streamed!.content);
  const line = '{"id":"e1","type":"orders","data":{"at":"2026-01-01T00:00:00Z"}}';
  const { objects } = await warehouse.load(warehouse.file('a.jsonl', line));
  const typesOf = (file: string) =>
    query(`select column_name, column_type from (describe from read_parquet('${file}', hive_partitioning = false))`);
  expect(await typesOf(path)).toEqual(await typesOf(join(warehouse.path, objects[0]!.key)));
  expect(await query(`select *, epoch_ms(ingested_at) as ms from read_parquet('${path}')`)).toMatchObject([
    {
      id: 'e1',
      type: 'orders',
      sequence_number: '1',
      sub_sequence: 2n,
      file_hash: null,
      line: null,
      payload: line,
      ms: 1769990399999n,
    },
  ]);
});
