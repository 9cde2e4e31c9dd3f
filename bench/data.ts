import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addDays, type Day } from '../core/dates.ts';
import { streamOptions } from '../generator/options.ts';
import { type WrittenBatch, writeStream } from '../generator/write-stream.ts';

export interface BenchData {
  main: WrittenBatch;
  late: WrittenBatch;
  lateDay: Day;
  lastDay: Day;
}

/** The stream to work on. Kept in the temporary folder under its arguments and a fingerprint of the code that made it. */
export async function benchData(events: number, days: number): Promise<BenchData> {
  const options = streamOptions({ events, days });
  const code = readFileSync(fileURLToPath(import.meta.url));
  const fingerprint = createHash('sha256').update(JSON.stringify(options)).update(code).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), 'sluice-bench', `${events}-events-${days}-days`);
  const manifest = join(folder, `${fingerprint}.json`);
  if (!existsSync(manifest)) {
    rmSync(folder, { recursive: true, force: true });
    const { main, late, lateDay } = await writeStream(options, folder);
    const data: BenchData = { main, late, lateDay, lastDay: addDays(options.start, days - 1) };
    writeFileSync(manifest, JSON.stringify(data));
  }
  return JSON.parse(readFileSync(manifest, 'utf8'));
}
