import { describe, expect, it } from 'vitest';
import { type StreamRecord, streamObjects } from '../../core/bronze/stream-objects.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { discover } from '../../core/reconcile/discover.ts';
import { MemoryStore } from '../ports/memory-store.ts';

const ROUTING = [{ entity: 'orders', eventTimeField: 'at', earliest: '1990-01-01' }];

function records(first: number, last: number, arrival: string): StreamRecord[] {
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    shardId: 'shardId-1',
    sequenceNumber: String(first + i),
    subSequence: null,
    arrivedAt: Date.parse(arrival),
    data: Buffer.from(
      `{"id":"e${first + i}","source":"s","type":"orders","data":{"at":"2026-01-0${1 + (i % 2)}T00:00:00Z"}}`,
    ),
  }));
}

describe('what the stream writer has put into bronze', () => {
  const store = new MemoryStore();
  const log = new CommitLog(store, () => '2026-01-10T00:00:00.000Z');
  const write = async (batch: StreamRecord[]) => {
    for (const { object, content } of streamObjects(batch, ROUTING)) await store.put(object.key, content);
  };
  const look = (today = '2026-01-10') =>
    discover({ log, store, entities: ['orders', 'unparsable'], today, by: 'test' });

  it('is taken up once, with its rows, whether batches come again or bisected', async () => {
    await write(records(1, 5, '2026-01-09T12:00:00Z'));
    expect((await look()).map(({ eventDate, rows }) => [eventDate, rows])).toEqual([
      ['2026-01-01', 3],
      ['2026-01-02', 2],
    ]);
    await write(records(1, 5, '2026-01-09T12:00:00Z'));
    expect(await look()).toEqual([]);
    await write(records(1, 2, '2026-01-09T12:00:00Z'));
    expect(await look()).toHaveLength(2);
    expect((await log.read()).bronze.get('orders')).toHaveLength(4);
  });

  it('is found however long nothing looked for it, and also if it came late to a day that was looked at', async () => {
    await write(records(20, 20, '2026-01-11T12:00:00Z'));
    await write(records(21, 21, '2026-01-30T12:00:00Z'));
    await write(records(22, 22, '2026-01-03T12:00:00Z'));
    const found = await look('2026-02-20');
    expect(found.map(({ ingestDate }) => ingestDate).sort()).toEqual(['2026-01-03', '2026-01-11', '2026-01-30']);
    expect(await look('2026-02-20')).toEqual([]);
    // Whose clock is behind misses nothing, and does not make others look back further.
    await write(records(23, 23, '2026-02-15T12:00:00Z'));
    expect(await look('2026-01-10')).toHaveLength(1);
    expect((await log.read()).discovered).toBe('2026-02-20');
  });

  it('is looked for within the retention of the stream only; objects of bulk loads are left to their own commits', async () => {
    expect(await look('2026-02-20')).toEqual([]);
    const before = (await log.read()).seq;
    await write(records(10, 10, '2026-02-11T12:00:00Z'));
    await store.put(
      'bronze/entity=orders/ingest_date=2026-01-09/event_date=2026-01-01/20260109t000000-ab12-0_0.parquet',
      new Uint8Array(),
    );
    expect(await look('2026-02-20')).toEqual([]);
    expect((await log.read()).seq).toBe(before);
    await write(records(11, 11, '2026-02-12T12:00:00Z'));
    expect(await look('2026-02-20')).toHaveLength(1);
  });
});
