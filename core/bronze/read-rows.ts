import { decompress } from 'fzstd';
import { parquetReadObjects } from 'hyparquet';
import type { BronzeObject } from './bronze-object.ts';
import type { BronzeRow, RejectReason } from './bronze-row.ts';
import { BRONZE_COLUMNS } from './columns.ts';

/** A row of the file, as the parsers below give it. */
interface Stored {
  readonly id: string | null;
  readonly source: string | null;
  readonly type: string | null;
  readonly time: string | null;
  readonly shard_id: string | null;
  readonly sequence_number: string | null;
  readonly sub_sequence: bigint | null;
  readonly file_hash: string | null;
  readonly line: bigint | null;
  readonly ingested_at: number;
  readonly payload: string;
  readonly reason: RejectReason | null;
}

// A byte order mark is part of the text as received.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The rows of a bronze object, of either writer, in their order.
 * @throws Error if they are not as many as the object is known to have
 */
export async function readRows(content: Uint8Array, object: BronzeObject): Promise<BronzeRow[]> {
  const { entity, eventDate } = object;
  const stored = (await parquetReadObjects({
    // A copy, because hyparquet asks for a buffer that holds the file and nothing else.
    file: new Uint8Array(content).buffer,
    columns: BRONZE_COLUMNS.map(({ name }) => name),
    compressors: { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) },
    parsers: { stringFromBytes: (bytes) => bytes && utf8.decode(bytes), timestampFromMilliseconds: Number },
  })) as unknown as Stored[];
  if (stored.length !== object.rows) {
    throw new Error(`${object.key} has ${stored.length} rows, but its writer counted ${object.rows}: it is damaged`);
  }
  return stored.map(({ id, source, type, time, payload, reason, ...transport }) => ({
    shardId: transport.shard_id,
    sequenceNumber: transport.sequence_number,
    subSequence: numberOf(transport.sub_sequence),
    fileHash: transport.file_hash,
    line: numberOf(transport.line),
    ingestedAt: transport.ingested_at,
    record: { entity, eventDate, id, source, type, time, payload, reason },
  }));
}

function numberOf(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
