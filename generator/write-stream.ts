import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Day } from '../core/dates.ts';
import type { Delivery } from './deliveries.ts';
import { generateStream, lateDay } from './generate-stream.ts';
import { line } from './line.ts';
import type { StreamOptions } from './options.ts';
import { TextFile } from './text-file.ts';
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
    const files = await Promise.all(
      parts.map((part, index) => {
        const name = `part-${index}.jsonl${gzip ? '.gz' : ''}`;
        return writePart(part, options.seed, join(target.folder, `ingest_date=${date}`, name), gzip);
      }),
    );
    for (const { lines, bytes } of files) {
      target.lines += lines;
      target.bytes += bytes;
    }
  }
  return written;
}

/** The deliveries of a day cut into equal stretches of time. */
function partsOf(deliveries: Delivery[], count: number): Delivery[][] {
  const parts: Delivery[][] = Array.from({ length: count }, () => []);
  for (const delivery of deliveries) parts[Math.floor(((delivery.arrival % DAY) * count) / DAY)]!.push(delivery);
  return parts;
}

async function writePart(deliveries: Delivery[], seed: number, path: string, gzip: boolean): Promise<TextFile> {
  const file = new TextFile(path, gzip);
  for (const delivery of deliveries) if (file.add(line(delivery, seed))) await file.flush();
  await file.close();
  return file;
}
