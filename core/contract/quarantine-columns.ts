import type { Column } from '../model/column.ts';

/** The columns of every quarantine table: why a record was refused, and the record as it was received. */
export const QUARANTINE_COLUMNS: readonly Column[] = [
  { name: 'id', type: 'varchar', meaning: 'CloudEvents id; of a bare record, its own or the MD5 of its payload.' },
  { name: 'source', type: 'varchar', meaning: 'CloudEvents source.' },
  {
    name: 'reasons',
    type: 'varchar',
    meaning:
      'Why it was refused: field:code, comma-separated, in the order of the fields; one word if nothing of it could be read.',
  },
  { name: 'payload', type: 'varchar', meaning: 'The text as received.' },
  { name: 'ingested_at', type: 'timestamp', meaning: 'When it arrived.' },
  { name: 'shard_id', type: 'varchar', meaning: 'Kinesis shard; null for a record from a file.' },
  { name: 'sequence_number', type: 'varchar', meaning: 'Kinesis sequence number.' },
  { name: 'sub_sequence', type: 'bigint', meaning: 'Place within a KPL-aggregated Kinesis record, from 0.' },
  { name: 'file_hash', type: 'varchar', meaning: 'SHA-256 of the file it came in; null for a record from a stream.' },
  { name: 'line', type: 'bigint', meaning: 'Line or record of that file, from 1.' },
];
