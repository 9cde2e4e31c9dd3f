import { createHash } from 'node:crypto';
import type Common from 'aws-kinesis-agg/lib/common.js';

/** What the Kinesis Producer Library puts in front of an aggregate. No UTF-8 text begins with it. */
const MAGIC = Buffer.from('f3899ac2', 'hex');
const CHECKSUM_BYTES = 16;

/** The user records of an aggregated record, in their order; undefined if it is not one, whole, of at least one record. */
export type Deaggregate = (data: Buffer) => readonly Uint8Array[] | undefined;

/**
 * Whether a record claims to be an aggregate: https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md.
 */
export function looksAggregated(data: Buffer): boolean {
  return data.length > MAGIC.length + CHECKSUM_BYTES && data.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) === 0;
}

/**
 * Loads what takes aggregates apart: the protobuf decoder of aws-kinesis-agg, which costs 25 ms that a stream without them
 * need not pay. The front of that package is left alone: it goes through base64 twice, calls back for a record that it
 * could not decode and then again for all of them, and brings its aggregator along.
 */
export async function loadDeaggregate(): Promise<Deaggregate> {
  const { AggregatedRecord } = (await import('aws-kinesis-agg/lib/common.js')).default as typeof Common;
  return (data) => {
    const message = data.subarray(MAGIC.length, -CHECKSUM_BYTES);
    const checksum = createHash('md5').update(message).digest();
    if (checksum.compare(data, data.length - CHECKSUM_BYTES) !== 0) return undefined;
    const records = decoded(() => AggregatedRecord.decode(message).records);
    return records && records.length > 0 ? records.map((record) => record.data) : undefined;
  };
}

/** A message with a checksum that holds and contents that don't is bad data, which is a value here and no error. */
function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
