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
  for (const { eventID, kinesis } of batch) {
    const transport = {
      // `shardId-000000000006:49590338271490256608559692538361571095921575989136588898`
      shardId: eventID.slice(0, eventID.indexOf(':')),
      sequenceNumber: kinesis.sequenceNumber,
      arrivedAt: Math.round(kinesis.approximateArrivalTimestamp * 1000),
    };
    const data = Buffer.from(kinesis.data, 'base64');
    const users = looksAggregated(data) ? await deaggregated(data) : undefined;
    if (!users) records.push({ ...transport, subSequence: null, data });
    else for (const [subSequence, user] of users.entries()) records.push({ ...transport, subSequence, data: user });
  }
  return records;
}

async function deaggregated(data: Buffer): Promise<readonly Uint8Array[] | undefined> {
  loaded ??= loadDeaggregate();
  return (await loaded)(data);
}
