import type { KinesisStreamRecord } from 'aws-lambda';
import type { StreamRecord } from '../../core/bronze/stream-objects.ts';
import { type Deaggregate, loadDeaggregate, looksAggregated } from './deaggregate.ts';

let loaded: Promise<Deaggregate> | undefined;

/**
 * The records of a batch as the producer sent them: those of an aggregate each for itself, numbered from 0. What looks
 * like an aggregate and is not whole stays one record, as it is.
 */
export async function streamRecords(batch: readonly KinesisStreamRecord[]): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  const size = batch.reduce((sum, { kinesis }) => sum + Buffer.byteLength(kinesis.data, 'base64'), 0);
  // One array for all: thousands of small ones would be more work for the garbage collector than for the decoder.
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const { eventID, kinesis } of batch) {
    const { sequenceNumber, approximateArrivalTimestamp } = kinesis;
    // `shardId-000000000006:49590338271490256608559692538361571095921575989136588898`
    const shardId = eventID.slice(0, eventID.indexOf(':'));
    const arrivedAt = Math.round(approximateArrivalTimestamp * 1000);
    const data = bytes.subarray(at, at + bytes.write(kinesis.data, at, 'base64'));
    at += data.length;
    const users = looksAggregated(data) ? await deaggregated(data) : undefined;
    if (!users) records.push({ shardId, sequenceNumber, subSequence: null, arrivedAt, data });
    else {
      for (const [subSequence, user] of users.entries()) {
        records.push({ shardId, sequenceNumber, subSequence, arrivedAt, data: user });
      }
    }
  }
  return records;
}

async function deaggregated(data: Buffer): Promise<readonly Uint8Array[] | undefined> {
  loaded ??= loadDeaggregate();
  return (await loaded)(data);
}
