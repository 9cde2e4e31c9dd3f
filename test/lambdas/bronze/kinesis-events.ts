import { createRequire } from 'node:module';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';

/** As the package is, whose own types lack it. */
const { RecordAggregator } = createRequire(import.meta.url)('aws-kinesis-agg') as {
  RecordAggregator: new () => {
    addUserRecord(record: { partitionKey: string; explicitHashKey?: string; data: Uint8Array }): void;
    build(): { data: Buffer };
  };
};

/** As the Kinesis Producer Library packs records. */
export function aggregate(records: readonly Uint8Array[]): Buffer {
  const aggregator = new RecordAggregator();
  for (const [n, data] of records.entries()) aggregator.addUserRecord({ partitionKey: `key-${n % 3}`, data });
  return aggregator.build().data;
}

/** Noon of 1 February 2026, in seconds. */
const ARRIVED = 1_769_947_200;

/** A record as Lambda hands it over. */
export function kinesisRecord(
  sequence: number,
  data: Uint8Array,
  { shardId = 'shardId-000000000006', arrived = ARRIVED + sequence / 1000 } = {},
): KinesisStreamRecord {
  const sequenceNumber = `495903382714902566085596925382${String(sequence).padStart(8, '0')}`;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'key',
      sequenceNumber,
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: arrived,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/stream',
    awsRegion: 'eu-west-1',
    eventSourceARN: 'arn:aws:kinesis:eu-west-1:123456789012:stream/events',
  };
}

export function kinesisEvent(...Records: KinesisStreamRecord[]): KinesisStreamEvent {
  return { Records };
}

/** An order as the contract of `temporary-warehouse.ts` has it. */
export function order(n: number, at = '2026-01-15T10:00:00Z'): Buffer {
  return Buffer.from(
    JSON.stringify({ specversion: '1.0', id: `e${n}`, source: 's', type: 'orders', data: { order_id: `o${n}`, at } }),
  );
}
