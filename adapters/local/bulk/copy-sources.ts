import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type BronzeObject, parseBronzeKey } from '../../../core/bronze/bronze-object.ts';
import { classifier } from '../../../core/bronze/classify.ts';
import { isBlank } from '../../../core/bronze/line-splitter.ts';
import { bronzeSelect, literal, SUSPECT, type TextSource } from '../../../core/bronze/load-sql.ts';
import { arrivalOf, fileRow } from './file-row.ts';
import type { Load } from './file-to-load.ts';
import { RowWriter } from './row-writer.ts';

/** What came of some sources: the objects, and the number of records by file hash. */
export interface Copied {
  readonly objects: BronzeObject[];
  readonly records: Map<string, number>;
}

/**
 * Loads sources in one DuckDB statement, which writes every partition; what that leaves as suspect goes through the
 * reference rules. Throws if any of the sources cannot be read, and then leaves nothing behind.
 */
export async function copySources(
  connection: DuckDBConnection,
  sources: readonly TextSource[],
  bareEntity: string | null,
  load: Load,
  name: () => string,
): Promise<Copied> {
  const objectName = name();
  // Not in place: what a failed statement leaves can then be told from what a good one wrote.
  const staging = join(load.warehouse, 'bronze', '_loading', objectName);
  const writer = new RowWriter(load.warehouse, name);
  try {
    await mkdir(staging, { recursive: true });
    const written = await copy(connection, bronzeSelect(sources, load.routing, bareEntity), staging, objectName);
    const suspects = written.filter(({ object }) => object.entity === SUSPECT).map(({ path }) => path);
    const sure = written.filter(({ object }) => object.entity !== SUSPECT);
    const records = await recordsByFile(
      connection,
      sure.map(({ path }) => path),
    );
    if (suspects.length > 0) await judge(connection, suspects, sources, bareEntity, load, writer, records);
    for (const { object, path } of sure) {
      const target = join(load.warehouse, object.key);
      await mkdir(dirname(target), { recursive: true });
      await rename(path, target);
    }
    return { objects: [...sure.map(({ object }) => object), ...(await writer.finish())], records };
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function copy(
  connection: DuckDBConnection,
  select: string,
  folder: string,
  name: string,
): Promise<{ object: BronzeObject; path: string }[]> {
  const result =
    await connection.runAndReadAll(`copy (${select}) to ${literal(folder)} (format parquet, compression zstd,
    compression_level 1, parquet_version v2, partition_by (entity, ingest_date, event_date), overwrite_or_ignore true,
    filename_pattern ${literal(`${name}_{i}`)}, return_stats)`);
  return result.getRowObjectsJS().map((row) => {
    const path = String(row.filename);
    const key = `bronze/${relative(folder, path)}`;
    const rows = Number(row.count);
    return { path, object: { key, ...parseBronzeKey(key)!, rows, bytes: Number(row.file_size_bytes) } };
  });
}

async function recordsByFile(connection: DuckDBConnection, paths: readonly string[]): Promise<Map<string, number>> {
  if (paths.length === 0) return new Map();
  const counted = await connection.runAndReadAll(
    `select file_hash, count(*) from read_parquet([${paths.map(literal).join(', ')}]) group by file_hash`,
  );
  return new Map(counted.getRowsJS().map(([hash, count]) => [String(hash), Number(count)]));
}

/** Classifies suspect rows by the reference rules and adds them to `records`. */
async function judge(
  connection: DuckDBConnection,
  suspects: readonly string[],
  sources: readonly TextSource[],
  bareEntity: string | null,
  load: Load,
  writer: RowWriter,
  records: Map<string, number>,
): Promise<void> {
  const { bytes: classify } = classifier(load.routing, bareEntity);
  const files = new Map(sources.map((source) => [source.hash, source]));
  const rows = await connection.stream(
    // As bytes, because the driver drops a byte order mark at the start of a text.
    `select file_hash, line, encode(payload) from read_parquet([${suspects.map(literal).join(', ')}])`,
  );
  for await (const chunk of rows.yieldRowsJs()) {
    for (const [hash, line, payload] of chunk as [string, bigint, Uint8Array][]) {
      if (isBlank(payload)) continue;
      const file = files.get(hash)!;
      records.set(hash, (records.get(hash) ?? 0) + 1);
      const row = fileRow(file, Number(line), classify(payload, arrivalOf(file)));
      if (writer.add(file.ingestDate, row)) await writer.flush();
    }
  }
}
