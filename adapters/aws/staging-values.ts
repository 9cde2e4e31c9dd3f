import type { TableInput } from '@aws-sdk/client-glue';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ValuesRelation } from '../../core/ports/query-engine.ts';
import { glueColumn, glueStorage } from './glue-table.ts';

/** A small relation as a Parquet object; undefined if it has no rows. */
export function valuesParquet({ columns, rows }: ValuesRelation): Uint8Array | undefined {
  if (rows.length === 0) return undefined;
  const columnData = columns.map((name, i) => ({ name, type: 'STRING' as const, data: rows.map((row) => row[i]!) }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** The table over that object, which must be alone in `location`. */
export function valuesTable({ name, columns }: ValuesRelation, location: string): TableInput {
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
    StorageDescriptor: {
      Columns: columns.map((column) => glueColumn({ name: column, type: 'varchar' })),
      ...glueStorage(name, location),
    },
  };
}
