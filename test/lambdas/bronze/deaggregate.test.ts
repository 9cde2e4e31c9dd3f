import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadDeaggregate, looksAggregated } from '../../../lambdas/bronze/deaggregate.ts';
import { streamRecords } from '../../../lambdas/bronze/stream-records.ts';
import { aggregate, kinesisRecord } from './kinesis-events.ts';

const { deaggregateSync } = createRequire(import.meta.url)('aws-kinesis-agg') as {
  deaggregateSync(
    record: { data: string },
    checksums: boolean,
    done: (error: unknown, records?: { data: string }[]) => void,
  ): void;
};
const deaggregate = await loadDeaggregate();
const someRecords = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 20 });

/** The package's own front as reference. */
function reference(data: Buffer): Buffer[] | undefined {
  let found: Buffer[] | undefined;
  deaggregateSync({ data: data.toString('base64') }, true, (error, records) => {
    if (!error) found = records?.map((record) => Buffer.from(record.data, 'base64'));
  });
  return found;
}

/** A message as an aggregated record. */
function sealed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, createHash('md5').update(message).digest()]);
}

test('the records of an aggregate come out as they went in', () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const data = aggregate(records);
      expect(looksAggregated(data)).toBe(true);
      const found = deaggregate(data)!.map((record) => Buffer.from(record));
      expect(found).toEqual(records.map((record) => Buffer.from(record)));
      expect(found).toEqual(reference(data));
    }),
  );
});

test('an aggregate that is damaged anywhere stays whole', () => {
  fc.assert(
    fc.property(someRecords, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), (records, at, flip, cut) => {
      const data = aggregate(records);
      const place = 4 + (at % (data.length - 4));
      const damaged = cut ? data.subarray(0, place) : Buffer.from(data);
      if (!cut) damaged[place]! ^= flip;
      expect(looksAggregated(damaged) ? deaggregate(damaged) : undefined).toBeUndefined();
    }),
  );
});

test('also where the checksum holds: no protobuf, records without data, none at all', () => {
  for (const hex of ['', 'ffffffff', '0a016b', '1a020800', '1a0408001a09', '1a']) {
    expect(deaggregate(sealed(Buffer.from(hex, 'hex'))), hex).toBeUndefined();
  }
});

test('each record of a batch is kept: aggregated ones by their number, others and damaged ones as they are', async () => {
  const [one, two, plain] = ['one', 'two', 'plain'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
  const whole = aggregate([one, two]);
  const damaged = Buffer.from(whole);
  damaged[20]! ^= 1;
  const magic = Buffer.from('f3899ac2', 'hex');
  const sent = [plain, whole, damaged, magic, Buffer.alloc(0), aggregate([aggregate([one])])];
  const records = await streamRecords(sent.map((data, n) => kinesisRecord(n, data)));
  expect(
    records.map(({ sequenceNumber, subSequence, data }) => [
      Number(sequenceNumber.slice(-8)),
      subSequence,
      Buffer.from(data),
    ]),
  ).toEqual([
    [0, null, plain],
    [1, 0, one],
    [1, 1, two],
    [2, null, damaged],
    [3, null, magic],
    [4, null, Buffer.alloc(0)],
    [5, 0, aggregate([one])],
  ]);
  expect(records[0]).toMatchObject({ shardId: 'shardId-000000000006', arrivedAt: 1_769_947_200_000 });
});

test('larger records than the library packs, as a stream may take them', async () => {
  const large = Array.from({ length: 3 }, (_, n) => ({ partition_key_index: 0, data: Buffer.alloc(700_000, n + 1) }));
  const { AggregatedRecord } = createRequire(import.meta.url)('aws-kinesis-agg/lib/common.js') as {
    AggregatedRecord: { encode(message: unknown): { finish(): Buffer } };
  };
  const message = AggregatedRecord.encode({ partition_key_table: ['key'], records: large }).finish();
  const records = await streamRecords([kinesisRecord(1, sealed(message))]);
  expect(records.map(({ subSequence, data }) => [subSequence, data.length, data[0]])).toEqual([
    [0, 700_000, 1],
    [1, 700_000, 2],
    [2, 700_000, 3],
  ]);
});

test('what begins like an aggregate is never read as text', () => {
  expect(isUtf8(Buffer.from('f3899ac2', 'hex'))).toBe(false);
});
