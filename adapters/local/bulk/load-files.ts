import { mkdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { BronzeObject } from '../../../core/bronze/bronze-object.ts';
import { datingDigests, withDating } from '../../../core/bronze/dating.ts';
import type { TextSource } from '../../../core/bronze/load-sql.ts';
import { StorageError, UsageError } from '../../../core/errors.ts';
import type { FileToLoad, Loaded } from '../../../core/ports/bulk-loader.ts';
import { loadDuckDb } from '../load-duckdb.ts';
import { storageError } from '../storage-error.ts';
import { syncFiles } from '../sync-files.ts';
import { copySources } from './copy-sources.ts';
import { decompress } from './decompress.ts';
import { unreadable } from './file-bytes.ts';
import type { Load } from './file-to-load.ts';
import { loadCsv } from './load-csv.ts';
import { loadLines } from './load-lines.ts';
import { RowWriter } from './row-writer.ts';
import { linesSource, parquetSource } from './text-source.ts';

/** What came of a load, while it goes on. */
interface Loading {
  readonly objects: BronzeObject[];
  readonly files: { readonly file: FileToLoad; readonly records: number }[];
  readonly failures: { readonly file: FileToLoad; readonly error: UsageError }[];
}

/** Files are copied in one statement up to these bounds: few objects, and all cores at work on compressed files. */
const FILES_A_GROUP = 8;
const BYTES_A_GROUP = 512 << 20;
const GZIP_RATIO = 8;

/**
 * Loads files into bronze. JSON Lines and Parquet go through DuckDB, which leaves what is odd to the reference rules; a
 * file that DuckDB cannot read goes through them whole, and so does CSV. One bad file does not stop the others. Memory
 * stays bounded whatever the sizes. Two files may have the same content if they arrived on different days.
 */
export async function loadFiles(files: readonly FileToLoad[], load: Load): Promise<Loaded> {
  const loaded: Loading = { objects: [], files: [], failures: [] };
  if (files.length === 0) return loaded;
  let names = 0;
  const name = () => `${load.id}-${names++}`;
  const { DuckDBInstance } = await loadDuckDb();
  const loading = join(load.warehouse, 'bronze', '_loading');
  const spill = join(loading, `${load.id}-spill`);
  const instance = await DuckDBInstance.create(':memory:', {
    preserve_insertion_order: 'false',
    memory_limit: '1GB',
    temp_directory: spill,
  });
  try {
    const connection = await instance.connect();
    await connection.run("set TimeZone = 'UTC'");
    for (const group of await groups(files)) await loadGroup(connection, group, load, name, loaded);
    connection.closeSync();
    await syncFiles(
      loaded.objects.map(({ key }) => join(load.warehouse, key)),
      load.warehouse,
    );
  } catch (error) {
    throw storageError(error, load.warehouse);
  } finally {
    instance.closeSync();
    // Only what is its own, and the folder if it is empty: another load may be going on beside it.
    await rm(spill, { recursive: true, force: true });
    await rmdir(loading).catch(() => {});
  }
  const digests = datingDigests(load.routing);
  return { ...loaded, objects: loaded.objects.map((object) => withDating(object, digests)) };
}

/** Loads files of the same kind and entity, and adds what came of them to `loaded`. */
async function loadGroup(
  connection: DuckDBConnection,
  group: readonly FileToLoad[],
  load: Load,
  name: () => string,
  loaded: Loading,
): Promise<void> {
  const slow = group[0]!.format.kind === 'json-lines' ? await copyLines(connection, group, load, name, loaded) : group;
  for (const file of slow) {
    await orFailure(file, loaded, async () => {
      const { objects, records } = await loadOne(connection, file, load, name);
      loaded.objects.push(...objects);
      loaded.files.push({ file, records });
    });
  }
}

/** Loads JSON Lines by DuckDB. Returns the files that it cannot read. */
async function copyLines(
  connection: DuckDBConnection,
  group: readonly FileToLoad[],
  load: Load,
  name: () => string,
  loaded: Loading,
): Promise<FileToLoad[]> {
  const folder = join(load.warehouse, 'bronze', '_loading', `${name()}-plain`);
  await mkdir(folder, { recursive: true });
  try {
    const slow: FileToLoad[] = [];
    const plain: [FileToLoad, TextSource][] = [];
    const unpack = async (file: FileToLoad, index: number): Promise<void> => {
      const path = file.format.gzip ? join(folder, String(index)) : file.path;
      if (file.format.gzip && !(await decompress(file, path))) slow.push(file);
      else plain.push([file, linesSource(file, path)]);
    };
    // At once: zlib works on threads of its own.
    await Promise.all(group.map((file, index) => orFailure(file, loaded, () => unpack(file, index))));
    return [...slow, ...(await copyOrSplit(connection, plain, load, name, loaded))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies sources together or, if DuckDB refuses any of them (it does not say which), one by one. Returns those refused. */
async function copyOrSplit(
  connection: DuckDBConnection,
  sources: readonly [FileToLoad, TextSource][],
  load: Load,
  name: () => string,
  loaded: Loading,
): Promise<FileToLoad[]> {
  if (sources.length === 0) return [];
  const texts = sources.map(([, source]) => source);
  try {
    const { objects, records } = await copySources(connection, texts, sources[0]![0].entity, load, name);
    loaded.objects.push(...objects);
    for (const [file] of sources) loaded.files.push({ file, records: records.get(file.hash) ?? 0 });
    return [];
  } catch (error) {
    if (isOurs(error, load)) throw error;
    if (sources.length === 1) return [sources[0]![0]];
    const refused: FileToLoad[] = [];
    for (const source of sources) refused.push(...(await copyOrSplit(connection, [source], load, name, loaded)));
    return refused;
  }
}

/** Whether an error is about the warehouse or this machine, not about the file that was read. */
function isOurs(error: unknown, { warehouse }: Load): boolean {
  return /^Out of Memory/.test((error as Error).message) || storageError(error, warehouse) instanceof StorageError;
}

async function orFailure(file: FileToLoad, loaded: Loading, take: () => Promise<void>): Promise<void> {
  try {
    await take();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    loaded.failures.push({ file, error });
  }
}

async function loadOne(
  connection: DuckDBConnection,
  file: FileToLoad,
  load: Load,
  name: () => string,
): Promise<{ objects: BronzeObject[]; records: number }> {
  if (file.format.kind === 'parquet') return loadParquet(connection, file, load, name);
  const writer = new RowWriter(load.warehouse, name);
  try {
    const records = await (file.format.kind === 'csv' ? loadCsv : loadLines)(file, load, writer);
    return { objects: await writer.finish(), records };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function loadParquet(
  connection: DuckDBConnection,
  file: FileToLoad,
  load: Load,
  name: () => string,
): Promise<{ objects: BronzeObject[]; records: number }> {
  const entity = load.routing.find((route) => route.entity === file.entity)!;
  try {
    const source = await parquetSource(connection, file, entity);
    const { objects, records } = await copySources(connection, [source], file.entity, load, name);
    return { objects, records: records.get(file.hash) ?? 0 };
  } catch (error) {
    throw error instanceof UsageError || isOurs(error, load) ? error : unreadable(file, error);
  }
}

/**
 * Files of the same kind and entity, in the order given, as many together as one statement takes. It tells them apart by
 * their content.
 */
async function groups(files: readonly FileToLoad[]): Promise<FileToLoad[][]> {
  const open = new Map<string, { files: FileToLoad[]; bytes: number }>();
  const all: FileToLoad[][] = [];
  for (const file of files) {
    const key = JSON.stringify([file.format.kind, file.entity]);
    // A file that is not there is reported when it is read.
    const { size } = await stat(file.path).catch(() => ({ size: 0 }));
    const bytes = size * (file.format.gzip ? GZIP_RATIO : 1);
    let group = open.get(key);
    const isFull = group && (group.files.length === FILES_A_GROUP || group.bytes + bytes > BYTES_A_GROUP);
    if (!group || isFull || group.files.some(({ hash }) => hash === file.hash)) {
      group = { files: [], bytes: 0 };
      open.set(key, group);
      all.push(group.files);
    }
    group.files.push(file);
    group.bytes += bytes;
  }
  return all;
}
