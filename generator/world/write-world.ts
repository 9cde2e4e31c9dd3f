import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayOf } from '../../core/dates.ts';
import type { Delivery } from '../deliveries.ts';
import { line } from '../line.ts';
import type { Drop } from '../snapshots/drops.ts';
import { TextFile } from '../text-file.ts';
import { DAY } from '../time.ts';
import { clearForWorld, unfinished, WRITTEN_BY } from './earlier-world.ts';
import { World } from './generate-world.ts';
import type { WorldOptions } from './options.ts';

/** Where a world was written and how much it is. */
export interface WrittenWorld {
  /** The streams of all entities together. */
  events: { folder: string; lines: number; bytes: number };
  /** One folder of CSV files for each entity that comes as snapshots. */
  drops: { entity: string; folder: string; files: number }[];
  rows: number;
  /** Path of truth.json. */
  truth: string;
}

const LINES_A_FILE = 500_000;
const MOST_FILES_A_DAY = 24;

/**
 * Writes a world: CloudEvents JSON Lines of all streams as `<folder>/events/ingest_date=D/part-K.jsonl[.gz]`, snapshots
 * as `<folder>/<entity>/ingest_date=D/<file>.csv[.gz]`, and `<folder>/truth.json`. A world that is there is replaced.
 * @throws UsageError for a folder that has other files, StorageError if the disk does not take the world
 */
export async function writeWorld(options: WorldOptions, folder: string, gzip: boolean): Promise<WrittenWorld> {
  await clearForWorld(folder);
  try {
    return await write(options, folder, gzip);
  } catch (error) {
    throw unfinished(error, folder);
  }
}

async function write(options: WorldOptions, folder: string, gzip: boolean): Promise<WrittenWorld> {
  const world = new World(options);
  const events = new EventFiles(join(folder, 'events'), options, gzip);
  const drops = new Map<string, WrittenWorld['drops'][number]>();
  for (const output of world.outputs()) {
    if ('lines' in output) {
      const flush = events.add(output.lines);
      if (flush) await flush;
      continue;
    }
    const { entity } = output.drop;
    let written = drops.get(entity);
    if (!written) {
      written = { entity, folder: join(folder, entity), files: 0 };
      drops.set(entity, written);
    }
    await writeDrop(output.drop, written.folder, gzip);
    written.files += 1;
  }
  await events.close();
  const truth = join(folder, 'truth.json');
  await writeFile(truth, `${JSON.stringify(truthOf(world, options), undefined, 2)}\n`);
  const { lines, bytes } = events;
  return { events: { folder: events.folder, lines, bytes }, drops: [...drops.values()], rows: world.truth.rows, truth };
}

function truthOf(world: World, options: WorldOptions): object {
  const { missing, wrong, twice } = world.irregularities;
  const date = (day: number | undefined) => (day === undefined ? null : world.date(day));
  return {
    writtenBy: WRITTEN_BY,
    options,
    users: world.users,
    ...world.truth.toJSON(),
    snapshots: {
      missing: { day: date(missing), entities: ['products', 'suppliers', 'market_prices'] },
      wrong: {
        day: date(wrong),
        entity: 'products',
        what: 'list_price of every hundredth sku times 100; right next day',
      },
      twice: {
        day: date(twice),
        same: ['products', 'shipping_rates'],
        shuffled: ['suppliers', 'market_prices'],
      },
    },
  };
}

/** Takes deliveries in the order of their arrival, and files them by date and stretch of the day. */
class EventFiles {
  lines = 0;
  bytes = 0;
  readonly folder: string;
  private readonly seed: number;
  private readonly gzip: boolean;
  private readonly stretch: number;
  private slot = -1;
  private file: TextFile | undefined;

  constructor(folder: string, { events, days, seed }: WorldOptions, gzip: boolean) {
    this.folder = folder;
    this.seed = seed;
    this.gzip = gzip;
    const files = Math.min(MOST_FILES_A_DAY, Math.ceil(events / days / LINES_A_FILE));
    this.stretch = DAY / files;
  }

  /** All of the same minute. Gives a promise if it has to wait. */
  add(deliveries: readonly Delivery[]): Promise<void> | undefined {
    const slot = Math.floor(deliveries[0]!.arrival / this.stretch);
    if (slot !== this.slot) return this.open(slot).then(() => this.add(deliveries));
    const file = this.file!;
    let full = false;
    for (const delivery of deliveries) full = file.add(line(delivery, this.seed));
    return full ? file.flush() : undefined;
  }

  async close(): Promise<void> {
    if (!this.file) return;
    await this.file.close();
    this.lines += this.file.lines;
    this.bytes += this.file.bytes;
  }

  private async open(slot: number): Promise<void> {
    await this.close();
    const at = slot * this.stretch;
    const folder = join(this.folder, `ingest_date=${dayOf(Math.floor(at / DAY))}`);
    await mkdir(folder, { recursive: true });
    const name = `part-${Math.round((at % DAY) / this.stretch)}.jsonl${this.gzip ? '.gz' : ''}`;
    this.file = new TextFile(join(folder, name), this.gzip);
    this.slot = slot;
  }
}

async function writeDrop({ date, name, lines }: Drop, folder: string, gzip: boolean): Promise<void> {
  const day = join(folder, `ingest_date=${date}`);
  await mkdir(day, { recursive: true });
  const file = new TextFile(join(day, `${name}${gzip ? '.gz' : ''}`), gzip);
  for (const line of lines) if (file.add(line)) await file.flush();
  await file.close();
}
