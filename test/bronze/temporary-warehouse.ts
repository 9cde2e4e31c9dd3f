import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { LoadedEntity } from '../../adapters/local/bulk/file-to-load.ts';
import { loadFiles } from '../../adapters/local/bulk/load-files.ts';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import { fileFormat } from '../../core/bronze/file-format.ts';
import type { FileToLoad, Loaded } from '../../core/ports/bulk-loader.ts';

export const ROUTING: readonly LoadedEntity[] = [
  { entity: 'orders', eventTimeField: 'at', earliest: '1990-01-01', requiredFields: ['order_id', 'at'] },
  {
    entity: 'clicks',
    eventTimeField: 'clicked_at',
    earliest: '2000-01-01',
    accept: { lateDays: 60, aheadDays: 1, files: true },
    requiredFields: ['clicked_at'],
  },
  { entity: 'prices', eventTimeField: null, earliest: '1990-01-01', requiredFields: ['sku'] },
];
export const INGEST_DATE = '2026-02-01';
export const ARRIVED_AT = Date.UTC(2026, 1, 1, 12);

/** A row of bronze as it is read back: columns by name, and the partition it lies in. */
export type Row = Record<string, string | bigint | null>;

/** A warehouse in a temporary directory, and files to load into it. */
export class TemporaryWarehouse {
  readonly path = mkdtempSync(join(tmpdir(), 'sluice-bronze-'));
  #loads = 0;

  file(name: string, content: string | Uint8Array, entity: string | null = null): FileToLoad {
    const path = join(this.path, name);
    writeFileSync(path, content);
    const hash = createHash('sha256').update(content).digest('hex');
    return { path, hash, format: fileFormat(name)!, entity, ingestDate: INGEST_DATE, arrivedAt: ARRIVED_AT };
  }

  load(...files: FileToLoad[]): Promise<Loaded> {
    return loadFiles(files, { warehouse: this.path, id: `load${this.#loads++}`, routing: ROUTING });
  }

  /** All rows of the objects, by line, with `entity` and `event_date`. */
  async rows(keys: readonly string[]): Promise<Row[]> {
    if (keys.length === 0) return [];
    // The payload as bytes: the driver drops a byte order mark at the start of a text.
    const special: Record<string, string> = {
      ingested_at: 'epoch_ms(ingested_at) as ingested_at',
      payload: 'encode(payload) as payload',
    };
    const columns = BRONZE_COLUMNS.map(({ name }) => special[name] ?? name);
    const paths = keys.map((key) => `'${join(this.path, key)}'`);
    const rows = await query(`select entity, event_date, ${columns.join(', ')} from
      read_parquet([${paths.join(', ')}], hive_partitioning = true, hive_types_autocast = false) order by file_hash, line, sequence_number`);
    return rows.map((row) => ({ ...(row as Row), payload: Buffer.from(row.payload as Uint8Array).toString() }));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

let instance: Promise<DuckDBInstance> | undefined;

export async function query(sql: string): Promise<Record<string, unknown>[]> {
  instance ??= DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await (await instance).connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    connection.closeSync();
  }
}
