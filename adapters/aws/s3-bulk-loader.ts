import { join } from 'node:path';
import { StorageError, UsageError } from '../../core/errors.ts';
import type { BulkLoader, FileToLoad, Loaded } from '../../core/ports/bulk-loader.ts';
import type { LoadedEntity } from '../local/bulk/file-to-load.ts';
import { loadFiles } from '../local/bulk/load-files.ts';
import { hashFile } from '../local/find-files.ts';
import { errorCode } from './aws-error.ts';
import { inScratch, roomIn, uploadFrom } from './s3-scratch.ts';
import type { S3Store } from './s3-store.ts';

interface S3BulkLoaderOptions {
  /** Where the files lie; their paths are its URIs. */
  readonly landing: S3Store;
  /** Where the objects go. */
  readonly warehouse: S3Store;
  readonly routing: readonly LoadedEntity[];
  /** Where files are loaded; by default where temporary files are. */
  readonly scratch?: string;
  /** How much of that there is, and how much is free, in bytes; by default what the disk says when a file comes. */
  readonly room?: () => Promise<Room>;
}

type Room = Awaited<ReturnType<typeof roomIn>>;

/** The share of an empty disk that is free. With less, somebody else's files lie there: no fault of the one that comes. */
const CLEAR = 0.9;

/** On the disk are, at the same time, the file, what it is decompressed, and the objects made of it. */
const ROOM_A_BYTE = 3;

/**
 * Loads files that lie in S3, one after the other: each is downloaded, loaded on the disk, and its objects are uploaded. So
 * the disk holds one at a time; one that does not fit is refused, and the others are not.
 * @throws StorageError if a file would fit, and something else takes up the disk
 */
export function s3BulkLoader(options: S3BulkLoaderOptions): BulkLoader {
  return async (files, loadId) => {
    const all = { objects: [], files: [], failures: [] } as { -readonly [K in keyof Loaded]: Loaded[K][number][] };
    for (const [i, file] of files.entries()) {
      const { objects, files: taken, failures } = await loadOne(file, `${loadId}-${i}`, options);
      all.objects.push(...objects);
      all.files.push(...taken);
      all.failures.push(...failures);
    }
    return all;
  };
}

async function loadOne(file: FileToLoad, id: string, options: S3BulkLoaderOptions): Promise<Loaded> {
  const { landing, warehouse, routing, scratch } = options;
  return inScratch(async (root) => {
    const path = join(root, 'landed');
    const room = await (options.room ?? (() => roomIn(root)))();
    try {
      await fetchFile(file, path, landing, room);
      const { objects, files, failures } = await loadFiles([{ ...file, path }], { warehouse: root, id, routing });
      await uploadFrom(
        root,
        warehouse,
        objects.map(({ key }) => key),
      );
      return {
        objects,
        files: files.map(({ records }) => ({ file, records })),
        failures: failures.map(({ error }) => ({ file, error: namedAs(file, error, path) })),
      };
    } catch (error) {
      const refusal = refusalOf(file, error, room);
      if (!refusal) throw error;
      return { objects: [], files: [], failures: [{ file, error: refusal }] };
    }
  }, scratch);
}

async function fetchFile(file: FileToLoad, path: string, landing: S3Store, room: Room): Promise<void> {
  const start = landing.uri('');
  if (!file.path.startsWith(start)) throw new UsageError(`${file.path}: expected a file in ${start}`);
  await landing.download(file.path.slice(start.length), path, (bytes) => {
    const wanted = bytes * ROOM_A_BYTE;
    if (wanted > room.total * CLEAR) {
      throw new UsageError(
        `${file.path}: ${bytes} bytes are too many for ${room.total} of scratch space, of which loading takes ${ROOM_A_BYTE} times as much. Split the file, or give the function more ephemeral storage. Nothing of it was ingested.`,
      );
    }
    if (wanted > room.free) {
      throw new StorageError(
        `${file.path}: loading it takes ${wanted} bytes of scratch space, of which only ${room.free} of ${room.total} are free. Nothing of it was ingested; try again when there is room.`,
      );
    }
  });
  if ((await hashFile(path)) === file.hash) return;
  throw new UsageError(
    `${file.path}: it was replaced while it was being ingested. Nothing of it was; ingest it again.`,
  );
}

/** The reason why this file cannot be taken, if it is one: others may be. */
function refusalOf({ path }: FileToLoad, error: unknown, room: Room): UsageError | undefined {
  if (error instanceof UsageError) return error;
  const { cause, message } = error as Error;
  if (errorCode(cause ?? {}) === 'NoSuchKey')
    return new UsageError(`${path}: there is no such file.`, { cause: error });
  if (!(error instanceof StorageError) || !message.includes('the disk is full')) return undefined;
  if (room.free < room.total * CLEAR) return undefined;
  return new UsageError(
    `${path}: loading it filled the scratch space. Split the file, or give the function more ephemeral storage. Nothing of it was ingested.`,
    { cause: error },
  );
}

/** The loader knows the file by where it was downloaded to. */
function namedAs({ path }: FileToLoad, error: Error, downloaded: string): Error {
  return new UsageError(error.message.replaceAll(downloaded, path), { cause: error });
}
