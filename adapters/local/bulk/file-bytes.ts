import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../../../core/errors.ts';
import type { FileToLoad } from '../../../core/ports/bulk-loader.ts';

/**
 * The bytes of a file, decompressed, a piece at a time. A file that cannot be read, or a damaged .gz, throws a UsageError
 * that names it.
 */
export async function* fileBytes(file: FileToLoad): AsyncGenerator<Uint8Array> {
  const read = createReadStream(file.path, { highWaterMark: 1 << 18 });
  // The callback is there because an error also ends the loop below, which reports it.
  const bytes = file.format.gzip ? pipeline(read, createGunzip({ chunkSize: 1 << 18 }), () => {}) : read;
  try {
    for await (const piece of bytes) yield piece as Uint8Array;
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    read.destroy();
  }
}

/** The error for a file that cannot be read to its end. */
export function unreadable(file: FileToLoad, cause: unknown): UsageError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new UsageError(`${file.path}: there is no such file.`, { cause });
  if (code?.startsWith('Z_')) {
    const problem = code === 'Z_BUF_ERROR' ? 'ends too early' : 'is damaged';
    return new UsageError(
      `${file.path}: the gzip data ${problem} (${message}). Nothing of it was ingested; get the file again and ingest it then.`,
      { cause },
    );
  }
  return new UsageError(`${file.path}: cannot be read (${message.split('\n')[0]}). Nothing of it was ingested.`, {
    cause,
  });
}
