import type { DuckDBConnection } from '@duckdb/node-api';
import { checkColumns } from '../../../core/bronze/check-columns.ts';
import { literal, type TextSource } from '../../../core/bronze/load-sql.ts';
import type { FileToLoad } from '../../../core/ports/bulk-loader.ts';
import type { LoadedEntity } from './file-to-load.ts';

/**
 * The lines of a JSON Lines file, decompressed at `path`, as a source for DuckDB: its CSV reader, told that there are no quotes and one column. It
 * refuses what it does not take whole: bytes that are not UTF-8, the delimiter U+0001, lone carriage returns, long lines.
 */
export function linesSource(file: FileToLoad, path: string): TextSource {
  const read = `read_csv(${literal(path)}, columns={raw: 'VARCHAR'}, delim='\x01', quote='', escape='', header=false,
    auto_detect=false, compression='none')`;
  // The window makes DuckDB read the file in order, even where order need not be preserved.
  return { ...file, select: `select row_number() over () as line, raw from ${read}` };
}

/** The rows of a Parquet file as texts: each a JSON object of its columns, scalars as text. */
export async function parquetSource(
  connection: DuckDBConnection,
  file: FileToLoad,
  entity: LoadedEntity,
): Promise<TextSource> {
  const described = await connection.runAndReadAll(`describe select * from read_parquet(${literal(file.path)})`);
  const columns = described.getRowsJS().map(([name, type]) => ({ name: String(name), type: String(type) }));
  const names = columns.map(({ name }) => name);
  checkColumns(file.path, entity.entity, names, entity.requiredFields);
  const members = columns.map(({ name, type }) => `${quoted(name)} := ${asText(quoted(name), type)}`);
  return {
    ...file,
    select: `select file_row_number + 1 as line, to_json(struct_pack(${members.join(', ')}))::varchar as raw
      from read_parquet(${literal(file.path)}, file_row_number = true)`,
  };
}

function asText(column: string, type: string): string {
  if (type === 'TIMESTAMP WITH TIME ZONE') return `timezone('UTC', ${column})::varchar || 'Z'`;
  const nested = /^STRUCT|^MAP|^UNION|\]$|^JSON$|^VARIANT/.test(type);
  return nested ? `to_json(${column})` : `${column}::varchar`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
