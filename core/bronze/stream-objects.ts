import { dayOf } from '../dates.ts';
import type { Arrival } from './acceptance.ts';
import { streamName } from './bronze-object.ts';
import type { BronzeRow } from './bronze-row.ts';
import { classifier, type EntityRouting } from './classify.ts';
import { type EncodedObject, encodeObjects } from './encode-objects.ts';

const DAY_MS = 86_400_000;

/** A record of a Kinesis stream, de-aggregated: one event. */
export interface StreamRecord {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Its place within a KPL-aggregated record, from 0; null if it was not aggregated. */
  readonly subSequence: number | null;
  /** Approximate arrival, milliseconds since 1970-01-01T00:00:00Z. */
  readonly arrivedAt: number;
  readonly data: Uint8Array;
}

/**
 * A batch of stream records as bronze objects. The same batch gives the same keys and the same bytes, so a redelivered
 * one lands on itself: an object is named by shard, first and last sequence number of the batch. A bisected batch lands
 * beside it, and silver removes the transport identities that repeat.
 */
export function streamObjects(records: readonly StreamRecord[], routing: readonly EntityRouting[]): EncodedObject[] {
  const { bytes } = classifier(routing);
  const batches = new Map<string, { records: StreamRecord[]; days: Map<number, OneDay> }>();
  for (const record of records) {
    const { shardId, sequenceNumber, subSequence, arrivedAt, data } = record;
    let batch = batches.get(shardId);
    if (!batch) {
      batch = { records: [], days: new Map() };
      batches.set(shardId, batch);
    }
    batch.records.push(record);
    const number = Math.floor(arrivedAt / DAY_MS);
    let day = batch.days.get(number);
    if (!day) {
      day = { arrival: { day: dayOf(number), by: 'stream' }, rows: [] };
      batch.days.set(number, day);
    }
    const classified = bytes(data, day.arrival);
    day.rows.push({
      shardId,
      sequenceNumber,
      subSequence,
      fileHash: null,
      line: null,
      ingestedAt: arrivedAt,
      record: classified,
    });
  }
  return [...batches].flatMap(([shardId, batch]) => {
    const name = batchName(shardId, batch.records);
    return [...batch.days.values()].flatMap(({ arrival, rows }) =>
      encodeObjects(rows, arrival.day, (count) => streamName(name, count)),
    );
  });
}

/** What arrived on one day of a batch: all with the same arrival, which is made once. */
interface OneDay {
  readonly arrival: Arrival;
  readonly rows: BronzeRow[];
}

function batchName(shardId: string, records: readonly StreamRecord[]): string {
  let first = records[0]!.sequenceNumber;
  let last = first;
  for (const { sequenceNumber } of records) {
    if (isBefore(sequenceNumber, first)) first = sequenceNumber;
    if (isBefore(last, sequenceNumber)) last = sequenceNumber;
  }
  return `${shardId.replaceAll(/[^A-Za-z0-9-]/g, '-')}-${first}-${last}`;
}

/** Compares sequence numbers: decimal integers of up to 128 bits, without leading zeros. */
function isBefore(one: string, other: string): boolean {
  return one.length === other.length ? one < other : one.length < other.length;
}
