import type { RowGroup, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { SqlType } from '../model/column.ts';
import type { BronzeRow } from './bronze-row.ts';
import { BRONZE_COLUMNS } from './columns.ts';
import { type Cell, writeColumn } from './write-column.ts';

const CELLS: Record<string, (row: BronzeRow) => Cell> = {
  id: (row) => row.record.id,
  source: (row) => row.record.source,
  type: (row) => row.record.type,
  time: (row) => row.record.time,
  shard_id: (row) => row.shardId,
  sequence_number: (row) => row.sequenceNumber,
  sub_sequence: (row) => row.subSequence,
  file_hash: (row) => row.fileHash,
  line: (row) => row.line,
  ingested_at: (row) => row.ingestedAt,
  payload: (row) => row.record.payload,
  reason: (row) => row.record.reason,
};

const PHYSICAL: Partial<Record<SqlType, Omit<SchemaElement, 'name'>>> = {
  varchar: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  bigint: { type: 'INT64' },
  // Not adjusted to UTC: DuckDB and Athena then read a plain timestamp, whose clock is UTC by convention.
  timestamp: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MILLIS' } },
};

const ELEMENTS: SchemaElement[] = BRONZE_COLUMNS.map(({ name, type }) => {
  return { name, repetition_type: 'OPTIONAL', ...PHYSICAL[type]! };
});
const SCHEMA: SchemaElement[] = [{ name: 'root', num_children: ELEMENTS.length }, ...ELEMENTS];

// A dictionary of these would hold every value: trying costs time and saves nothing.
const DISTINCT = new Set(['id', 'time', 'sequence_number', 'payload']);

/** `PAR1`, at the start of a Parquet file and at its end. */
const MAGIC = 0x31524150;
const ROWS_A_GROUP = 100_000;

/** The rows as a Parquet file (snappy, without statistics: objects are chosen by their keys) with the columns `BRONZE_COLUMNS`. */
export function bronzeParquet(rows: readonly BronzeRow[]): Uint8Array {
  const writer = new ByteWriter(rows.length * 256 + (1 << 14));
  writer.appendUint32(MAGIC);
  const groups: RowGroup[] = [];
  for (let from = 0; from < rows.length; from += ROWS_A_GROUP) {
    groups.push(rowGroup(writer, rows.slice(from, from + ROWS_A_GROUP)));
  }
  writeMetadata(writer, {
    version: 2,
    created_by: 'sluice',
    schema: SCHEMA,
    num_rows: BigInt(rows.length),
    row_groups: groups,
    // Left to the writer, which knows it when it is done.
    metadata_length: 0,
  });
  writer.appendUint32(MAGIC);
  return writer.getBytes();
}

function rowGroup(writer: ByteWriter, rows: readonly BronzeRow[]): RowGroup {
  const start = writer.offset;
  const columns = ELEMENTS.map((element) => {
    const { name } = element;
    return writeColumn(writer, element, rows.map(CELLS[name]!), DISTINCT.has(name));
  });
  const uncompressed = columns.reduce((sum, { meta_data }) => sum + meta_data!.total_uncompressed_size, 0n);
  return {
    columns,
    num_rows: BigInt(rows.length),
    total_byte_size: uncompressed,
    total_compressed_size: BigInt(writer.offset - start),
  };
}
