import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { BronzeRow } from '../../core/bronze/bronze-row.ts';
import { encodeObjects } from '../../core/bronze/encode-objects.ts';
import { readRows } from '../../core/bronze/read-rows.ts';
import { INGEST_DATE, TemporaryWarehouse } from './temporary-warehouse.ts';

const warehouse = new TemporaryWarehouse();
afterAll(() => warehouse.remove());

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\ufeff{}', '\0', '', 'é😀'));
const maybe = fc.option(text);
const row: fc.Arbitrary<BronzeRow> = fc.record({
  shardId: maybe,
  sequenceNumber: maybe,
  subSequence: fc.option(fc.nat()),
  fileHash: maybe,
  line: fc.option(fc.nat()),
  ingestedAt: fc.integer({ min: 0, max: 4e12 }),
  record: fc.record({
    entity: fc.constant('orders'),
    eventDate: fc.constant('unknown'),
    id: maybe,
    source: maybe,
    type: maybe,
    time: maybe,
    payload: text,
    reason: fc.constantFrom(null, 'not_json' as const),
  }),
});

test('the rows of an object of the stream writer are read as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 50 }), async (rows) => {
      const [written] = encodeObjects(rows, INGEST_DATE, () => 'x');
      expect(await readRows(written!.content, written!.object)).toEqual(rows);
    }),
    { numRuns: 30 },
  );
});

test('those of the bulk loader too, of DuckDB and of the reference', async () => {
  const line = (id: string) => `{"type":"orders","id":"${id}","source":"s","time":"t","data":{"at":"soon","note":"é"}}`;
  const lines = [...Array.from({ length: 3000 }, (_, n) => line(String(n))), '\ufeff{"type":"orders"}', '{"type":"x"}'];
  const { objects } = await warehouse.load(warehouse.file('a.jsonl', lines.join('\n')));
  const rows: BronzeRow[] = [];
  for (const object of objects) rows.push(...(await readRows(readFileSync(join(warehouse.path, object.key)), object)));
  const told = await warehouse.rows(objects.map(({ key }) => key));
  expect(rows).toHaveLength(lines.length);
  expect([...rows].sort((a, b) => a.line! - b.line!)).toEqual(
    told.map((each) => ({
      ...{ shardId: null, sequenceNumber: null, subSequence: null },
      ...{ fileHash: each.file_hash, line: Number(each.line), ingestedAt: Number(each.ingested_at) },
      record: {
        ...{ entity: each.entity, eventDate: each.event_date, id: each.id, source: each.source },
        ...{ type: each.type, time: each.time, payload: each.payload, reason: each.reason },
      },
    })),
  );
});

test('an object with other rows than its writer counted is damaged', async () => {
  const [written] = encodeObjects(fc.sample(row, 3), INGEST_DATE, () => 'x');
  await expect(readRows(written!.content, { ...written!.object, rows: 4 })).rejects.toThrow('3 rows, but its writer');
});
