import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import { literal } from '../../core/bronze/load-sql.ts';
import type { MergeObjects } from '../../core/ports/merge-objects.ts';
import { loadDuckDb } from './load-duckdb.ts';
import { syncFiles } from './sync-files.ts';

// Milliseconds in the file, as both writers of bronze have them.
const COLUMNS = BRONZE_COLUMNS.map(({ name, type }) =>
  type === 'timestamp' ? `${name}::timestamp_ms as ${name}` : name,
);

/** Merges bronze objects in a warehouse's directory. */
export function mergeIn(warehouse: string): MergeObjects {
  return async (keys, target) => {
    const path = join(warehouse, target);
    // Not in place, so that what a crash leaves is not taken for an object.
    const unfinished = join(warehouse, 'tmp', `merge-${process.pid}-${target.replaceAll('/', '-')}`);
    const { DuckDBInstance } = await loadDuckDb();
    const instance = await DuckDBInstance.create(':memory:', {
      preserve_insertion_order: 'false',
      memory_limit: '1GB',
      threads: '1',
      temp_directory: `${unfinished}-spill`,
    });
    try {
      await mkdir(dirname(unfinished), { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      const connection = await instance.connect();
      const files = keys.map((key) => literal(join(warehouse, key))).join(', ');
      const written = await connection.runAndReadAll(
        `copy (select ${COLUMNS.join(', ')} from read_parquet([${files}], hive_partitioning = false))
        to ${literal(unfinished)} (format parquet, compression zstd, compression_level 1, parquet_version v2, return_stats)`,
      );
      const [{ count, file_size_bytes: bytes }] = written.getRowObjectsJS() as [Record<string, bigint>];
      await rename(unfinished, path);
      await syncFiles([path], warehouse);
      return { rows: Number(count), bytes: Number(bytes) };
    } finally {
      instance.closeSync();
      await rm(unfinished, { force: true });
      await rm(`${unfinished}-spill`, { recursive: true, force: true });
    }
  };
}
