import { createHash } from 'node:crypto';
import type { StreamRecord } from '../../core/bronze/stream-objects.ts';
import { generateStream } from '../../generator/generate-stream.ts';
import { line } from '../../generator/line.ts';
import { streamOptions } from '../../generator/options.ts';

const BYTES = 1024;
/** Enough days for late events of each of the five days before to arrive on the ninth. */
const OPTIONS = streamOptions({ events: 60_000, days: 12, users: 20_000 });

/**
 * The first records of a day's arrivals, each padded to 1 KB as apps pad theirs: ids and hashes, which do not compress, among
 * names and addresses, which do.
 */
export function kilobyteRecords(count: number): StreamRecord[] {
  const [, , , , , , , , ninth] = generateStream(OPTIONS);
  return ninth!.deliveries.slice(0, count).map((delivery, i) => ({
    shardId: 'shardId-000000000001',
    sequenceNumber: `4959033827149025660855969253836157109592157598913658${String(i).padStart(8, '0')}`,
    subSequence: null,
    arrivedAt: delivery.arrival,
    data: Buffer.from(padded(line(delivery, OPTIONS.seed), i)),
  }));
}

function padded(text: string, seed: number): string {
  if (!text.endsWith('}}')) return text;
  const hex = Array.from({ length: 8 }, (_, i) => createHash('sha256').update(`${seed} ${i}`).digest('hex')).join('');
  const agent = Number.parseInt(hex.slice(0, 4), 16) % 40;
  const context = {
    session: hex.slice(0, 32),
    user_agent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1${agent}.0.0.0 Safari/537.36`,
    url: `https://shop.example.com/c/${agent}/p/${hex.slice(32, 40)}?utm=${hex.slice(40, 44)}`,
    referrer: `https://www.example.org/search?q=${hex.slice(44, 53)}`,
    locale: 'en-GB',
    trace: hex.slice(53, 117),
  };
  const wide = `${text.slice(0, -2)},"context":${JSON.stringify(context)}}}`;
  const left = BYTES - wide.length - ',"state":""'.length;
  return left > 0 ? `${wide.slice(0, -2)},"state":"${hex.slice(117, 117 + left)}"}}` : wide;
}
