import type { SchemaElement } from 'hyparquet';
import { ByteWriter, parquetWrite } from 'hyparquet-writer';
import type { SqlType } from '../model/column.ts';
import type { BronzeRow } from './bronze-row.ts';
import { BRONZE_COLUMNS } from './columns.ts';
import { snappy } from './snappy.ts';

type Cell = string | bigint | null;

const CELLS: Record<string, (row: BronzeRow) => Cell> = {
  id: (row) => row.record.id,
  source: (row) => row.record.source,
  type: (row) => row.record.type,
  time: (row) => row.record.time,
  shard_id: (row) => row.shardId,
  sequence_number: (row) => row.sequenceNumber,
  sub_sequence: (row) => integer(row.subSequence),
  file_hash: (row) => row.fileHash,
  line: (row) => integer(row.line),
  ingested_at: (row) => integer(row.ingestedAt),
  payload: (row) => row.record.payload,
  reason: (row) => row.record.reason,
};

const PHYSICAL: Partial<Record<SqlType, Omit<SchemaElement, 'name'>>> = {
  varchar: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  bigint: { type: 'INT64' },
  // Not adjusted to UTC: DuckDB and Athena then read a plain timestamp, whose clock is UTC by convention.
  timestamp: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } },
};

const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: BRONZE_COLUMNS.length },
  ...BRONZE_COLUMNS.map(({ name, type }) => ({ name, repetition_type: 'OPTIONAL' as const, ...PHYSICAL[type]! })),
];

// A dictionary of these would hold every value: trying costs time and saves nothing.
const DISTINCT = new Set(['id', 'time', 'sequence_number', 'payload']);

/** The rows as a Parquet file (snappy) with the columns `BRONZE_COLUMNS`. */
export function bronzeParquet(rows: readonly BronzeRow[]): Uint8Array {
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema: SCHEMA,
    columnData: BRONZE_COLUMNS.map(({ name }) => ({
      name,
      data: rows.map(CELLS[name]!),
      ...(DISTINCT.has(name) ? { encoding: 'PLAIN' as const } : {}),
    })),
    compressors: { SNAPPY: snappy },
    // Objects are chosen by their keys, and read whole.
    statistics: false,
    rowGroupSize: 100_000,
  });
  return writer.getBytes();
}

function integer(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}
