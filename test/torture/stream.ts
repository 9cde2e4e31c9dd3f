import fc from 'fast-check';
import type { StreamRecord } from '../../core/bronze/stream-objects.ts';
import { type Day, dayNumber } from '../../core/dates.ts';
import type { Random } from '../../generator/random.ts';
import { DAYS } from '../gold/streams.ts';
import { type Delivery, deliveriesAt } from '../pipeline/deliveries.ts';

/** What arrives in one round: some of it in files, cut into batches, some by the stream. */
export interface Arrivals {
  readonly files: readonly (readonly Delivery[])[];
  readonly batches: readonly (readonly StreamRecord[])[];
  /** All of it, each once. */
  readonly sent: readonly Delivery[];
}

/** A dirty stream of about so many records that ends today, in random order, cut into what arrives in each round. */
export function arrivalsOf(random: Random, size: number, rounds: number, today: Day): Arrivals[] {
  const shift = dayNumber(today) - dayNumber(DAYS.at(-1)!);
  const sent: Delivery[] = [];
  for (let sample = 0; sent.length < size; sample++) {
    const seed = random.between(0, 1 << 30);
    // The first samples are always small.
    const [some] = fc.sample(deliveriesAt({ shift, prefix: `s${sample}.` }), { seed, numRuns: 3 }).slice(-1);
    sent.push(...some!);
  }
  const shuffled = shuffle(random, sent);
  const arrivals: Arrivals[] = [];
  let sequence = 0;
  for (let round = 0; round < rounds; round++) {
    const part = shuffled.slice((round * shuffled.length) / rounds, ((round + 1) * shuffled.length) / rounds);
    const byStream = part
      .slice(0, Math.floor(part.length * random.unit() * 0.6))
      .map((each) => ({ ...each, arrival: today }));
    const byFile = part.slice(byStream.length);
    const records = byStream.map(({ line }): StreamRecord => {
      const sequenceNumber = `4965${String(++sequence).padStart(20, '0')}`;
      const arrivedAt = dayNumber(today) * 86_400_000 + sequence;
      const data = new TextEncoder().encode(line);
      return { shardId: `shardId-${sequence % 2}`, sequenceNumber, subSequence: null, arrivedAt, data };
    });
    arrivals.push({
      files: cut(random, byFile, random.between(2, 5)),
      batches: cut(random, records, random.between(1, 4)),
      sent: [...byStream, ...byFile],
    });
  }
  return arrivals;
}

/** In random order, but a renamed copy after what it copies, so that the first of an event is known at any time. */
function shuffle(random: Random, sent: readonly Delivery[]): Delivery[] {
  const shuffled = [...sent];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const other = random.between(0, i + 1);
    [shuffled[i], shuffled[other]] = [shuffled[other]!, shuffled[i]!];
  }
  const isCopy = ({ sound }: Delivery): boolean => sound?.id.includes('~') ?? false;
  const places = new Map<string, number>();
  for (const [i, { sound }] of shuffled.entries()) if (sound && !places.has(sound.id)) places.set(sound.id, i);
  for (const [i, copy] of shuffled.entries()) {
    const original = isCopy(copy) ? places.get(copy.sound!.id.split('~')[0]!)! : -1;
    if (original <= i) continue;
    [shuffled[i], shuffled[original]] = [shuffled[original]!, copy];
    places.set(shuffled[i].sound!.id, i);
  }
  return shuffled;
}

function cut<T>(random: Random, all: readonly T[], parts: number): T[][] {
  const bounds = Array.from({ length: parts - 1 }, () => random.between(0, all.length + 1)).sort((a, b) => a - b);
  return [0, ...bounds].map((from, i) => all.slice(from, bounds[i] ?? all.length)).filter((part) => part.length > 0);
}
