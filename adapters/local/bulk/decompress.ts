import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileToLoad } from '../../../core/ports/bulk-loader.ts';
import { fileBytes } from './file-bytes.ts';

/** A file that grows beyond this is not kept decompressed, however well it was compressed. */
const MOST_BYTES = 2 ** 31;

/**
 * Writes the decompressed bytes of a .gz to `path`. False if they are too many. Throws a UsageError if the file is cut or
 * damaged: DuckDB, reading it itself, would take what comes before a cut for the whole file, and checks no checksum. (It
 * is no slower either: DuckDB's own inflate costs more than this and the copy.)
 */
export async function decompress(file: FileToLoad, path: string): Promise<boolean> {
  let total = 0;
  async function* bounded(): AsyncGenerator<Uint8Array> {
    for await (const piece of fileBytes(file)) {
      total += piece.length;
      if (total > MOST_BYTES) return;
      yield piece;
    }
  }
  await pipeline(Readable.from(bounded(), { objectMode: false, highWaterMark: 1 << 20 }), createWriteStream(path));
  return total <= MOST_BYTES;
}
