import { describe, expect, it } from 'vitest';
import type { EncodedObject } from '../../core/bronze/encode-objects.ts';
import { readRows } from '../../core/bronze/read-rows.ts';
import { streamObjects } from '../../core/bronze/stream-objects.ts';
import type { MergeObjects } from '../../core/ports/merge-objects.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { ROUTING } from '../bronze/temporary-warehouse.ts';

const ARRIVED_AT = Date.UTC(2026, 1, 1, 12, 0, 0, 123);
const TARGET = 'bronze/entity=orders/ingest_date=2026-02-01/event_date=2026-01-05/merged.parquet';

/** An object of one batch of the stream: so many rows of one partition, with characters that are easily lost. */
function batch(first: number, rows: number): EncodedObject {
  const records = Array.from({ length: rows }, (_, i) => ({
    shardId: 'shard-1',
    sequenceNumber: String(first + i),
    subSequence: i % 2 === 0 ? null : i,
    arrivedAt: ARRIVED_AT + i,
    data: Buffer.from(
      `{"specversion":"1.0","id":"e${first + i}","source":"s","type":"orders","n":12345678901234567890,"t":"\ufeffÜ\\u0000😀","data":{"order_id":"1","at":"2026-01-05T00:00:00Z"}}`,
    ),
  }));
  const [object] = streamObjects(records, ROUTING);
  return object!;
}

/** What everything that merges bronze objects promises. @param open gives an empty store, and what merges in it */
export function mergeObjectsSuite(
  name: string,
  open: () => Promise<{ store: ObjectStore; merge: MergeObjects }>,
): void {
  describe(`${name} merges objects`, () => {
    it('puts every row of all into one, none changed, and leaves them as they are', async () => {
      const { store, merge } = await open();
      const batches = [batch(1, 3), batch(100, 1), batch(200, 40)];
      for (const { object, content } of batches) await store.put(object.key, content);
      const keys = batches.map(({ object }) => object.key);
      const merged = await merge(keys, TARGET);
      const content = (await store.get(TARGET))!;
      expect(merged).toEqual({ rows: 44, bytes: content.length });
      const rows = await readRows(content, { ...batches[0]!.object, key: TARGET, ...merged });
      const originals = await Promise.all(batches.map(async ({ object, content }) => readRows(content, object)));
      const inOrder = (found: typeof rows) => found.map((row) => JSON.stringify(row)).sort();
      expect(inOrder(rows)).toEqual(inOrder(originals.flat()));
      expect((await store.list('')).map(({ key }) => key)).toEqual([TARGET, ...keys].sort());
    });

    it('leaves nothing of a merge that failed', async () => {
      const { store, merge } = await open();
      const { object, content } = batch(1, 3);
      await store.put(object.key, content);
      await expect(merge([object.key, `${object.key}.absent`], TARGET)).rejects.toThrow('absent');
      await store.put('bronze/damaged.parquet', new Uint8Array(100));
      await expect(merge([object.key, 'bronze/damaged.parquet'], TARGET)).rejects.toThrow('damaged');
      expect((await store.list('')).map(({ key }) => key)).toEqual(['bronze/damaged.parquet', object.key]);
    });
  });
}
