import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Day } from '../core/dates.ts';
import type { Delivery } from './deliveries.ts';
import { generateStream, lateDay } from './generate-stream.ts';
import { line } from './line.ts';
import type { StreamOptions } from './options.ts';
import { DAY } from './time.ts';

/** Where a stream was written and how much it is. Bytes are those of the lines, before compression. */
export interface WrittenStream {
  main: WrittenBatch;
  late: WrittenBatch;
  /** The one day that the late batch is about. */
  lateDay: Day;
}

export interface WrittenBatch {
  folder: string;
  lines: number;
  bytes: number;
}

/**
 * Writes a stream as CloudEvents JSON Lines by date of arrival: `<folder>/main/ingest_date=D/part-K.jsonl[.gz]` and
 * `<folder>/late/…`, which are replaced. Holds about a day of events in memory.
 */
export async function writeStream(
  options: StreamOptions,
  folder: string,
  { gzip = true, filesPerDay = 2 }: { gzip?: boolean; filesPerDay?: number } = {},
): Promise<WrittenStream> {
  const written: WrittenStream = {
    main: { folder: join(folder, 'main'), lines: 0, bytes: 0 },
    late: { folder: join(folder, 'late'), lines: 0, bytes: 0 },
    lateDay: lateDay(options),
  };
  for (const batch of [written.main, written.late]) await rm(batch.folder, { recursive: true, force: true });
  for (const { batch, date, deliveries } of generateStream(options)) {
    const target = written[batch];
    const parts = partsOf(deliveries, batch === 'late' ? 1 : filesPerDay);
    await mkdir(join(target.folder, `ingest_date=${date}`), { recursive: true });
    const bytes = await Promise.all(
      parts.map((part, index) => {
        const name = `part-${index}.jsonl${gzip ? '.gz' : ''}`;
        return writePart(part, options.seed, join(target.folder, `ingest_date=${date}`, name), gzip);
      }),
    );
    target.lines += deliveries.length;
    for (const size of bytes) target.bytes += size;
  }
  return written;
}

/** The deliveries of a day cut into equal stretches of time. */
function partsOf(deliveries: Delivery[], count: number): Delivery[][] {
  const parts: Delivery[][] = Array.from({ length: count }, () => []);
  for (const delivery of deliveries) parts[Math.floor(((delivery.arrival % DAY) * count) / DAY)]!.push(delivery);
  return parts;
}

const CHUNK_CHARACTERS = 64 * 1024;

async function writePart(deliveries: Delivery[], seed: number, path: string, gzip: boolean): Promise<number> {
  let bytes = 0;
  function* chunks(): Generator<Buffer> {
    let text = '';
    for (const [index, delivery] of deliveries.entries()) {
      text += `${line(delivery, seed)}\n`;
      if (text.length < CHUNK_CHARACTERS && index < deliveries.length - 1) continue;
      const chunk = Buffer.from(text);
      bytes += chunk.length;
      text = '';
      yield chunk;
    }
  }
  const file = createWriteStream(path, { highWaterMark: 16 * CHUNK_CHARACTERS });
  if (gzip) await pipeline(Readable.from(chunks()), createGzip({ level: 4 }), file);
  else await pipeline(Readable.from(chunks()), file);
  return bytes;
}
