import type { Column } from '../model/column.ts';

/**
 * The columns of every bronze object, in order. Both writers (the stream writer in JavaScript, the bulk loader in DuckDB)
 * give exactly these. The partition columns entity, ingest_date and event_date are in the key, not in the file.
 */
export const BRONZE_COLUMNS: readonly Column[] = [
  { name: 'id', type: 'varchar', meaning: 'CloudEvents id; null for a bare record without one.' },
  { name: 'source', type: 'varchar', meaning: 'CloudEvents source; null for a bare record.' },
  {
    name: 'type',
    type: 'varchar',
    meaning: 'CloudEvents type; null for a bare record, whose payload is the data itself.',
  },
  { name: 'time', type: 'varchar', meaning: 'CloudEvents time as received.' },
  { name: 'shard_id', type: 'varchar', meaning: 'Kinesis shard; null for a record from a file.' },
  { name: 'sequence_number', type: 'varchar', meaning: 'Kinesis sequence number.' },
  { name: 'sub_sequence', type: 'bigint', meaning: 'Place within a KPL-aggregated Kinesis record, from 0.' },
  { name: 'file_hash', type: 'varchar', meaning: 'SHA-256 of the file it came in; null for a record from a stream.' },
  { name: 'line', type: 'bigint', meaning: 'Line (JSON Lines) or record (CSV, Parquet) of that file, from 1.' },
  { name: 'ingested_at', type: 'timestamp', meaning: 'Arrival: of the Kinesis record, or of the file.' },
  {
    name: 'payload',
    type: 'varchar',
    meaning: 'The text as received (a bare CSV or Parquet record: as a JSON object of texts).',
  },
  { name: 'reason', type: 'varchar', meaning: 'Why it could not be read or routed; null otherwise.' },
];
