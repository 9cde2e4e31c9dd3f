import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedProject } from '../../adapters/local/project-files.ts';
import { type AnyContract, contract } from '../../core/contract/contract.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { boolean, integer, optional, text, timestamp } from '../../core/contract/field.ts';
import { unparsableModel } from '../../core/contract/unparsable-model.ts';
import { addDays, type Day } from '../../core/dates.ts';
import { assembleProject } from '../../core/model/project.ts';
import { model } from '../reconcile/models.ts';
import { Pipeline } from './pipeline.ts';

/** A price list, whole, that arrives on a day: price by item, the hour of its export, and beside it a line that cannot be read. */
export interface PriceList {
  readonly kind: 'prices';
  readonly day: number;
  readonly prices: Readonly<Record<string, number>>;
  readonly exported?: number | null;
  readonly isBroken?: boolean;
}

/** A change of a shop: at an hour of a day something else is true of it, or it is no more. Sent on that day or later. */
export interface Change {
  readonly kind: 'change';
  readonly shop: string;
  readonly day: number;
  readonly hour: number;
  readonly level: number;
  readonly deleted: boolean | null;
  readonly lag: number;
}

/** An order: what reads the dimensions. */
export interface Order {
  readonly kind: 'order';
  readonly day: number;
  readonly item: string;
  readonly shop: string;
}

export type Sent = PriceList | Change | Order;

export const FIRST: Day = '2026-02-25';
export const DAYS = 8;
export const dayAt = (n: number): Day => addDays(FIRST, n);

const PRELUDE = await readFile('sql/prelude.sql', 'utf8');

/** The highest price that is taken, and that of a release which takes more. */
export const HIGHEST = 100;
export const HIGHER = 1000;

function pricesUpTo(max: number): AnyContract {
  return contract({
    entity: 'prices',
    version: 1,
    meaning: 'An item has a price.',
    fields: {
      item: text({ meaning: 'Which.' }),
      price: integer({ min: 0, max, meaning: 'How much.' }),
      exported_at: optional(timestamp({ meaning: 'When the list was made.' })),
    },
    dated: 'arrival',
    key: ['item'],
    history: 'snapshot',
    historyVersion: 'exported_at',
  });
}

const shops = contract({
  entity: 'shops',
  version: 1,
  meaning: 'Something about a shop changed.',
  fields: {
    shop: text({ meaning: 'Which.' }),
    changed_at: timestamp({ meaning: 'When.' }),
    level: integer({ min: 0, max: 100, meaning: 'How good.' }),
    deleted: optional(boolean({ meaning: 'Whether it is no more.' })),
  },
  eventTime: 'changed_at',
  key: ['shop', 'changed_at'],
  order: ['level'],
  history: 'changes',
});

const orders = contract({
  entity: 'orders',
  version: 1,
  meaning: 'An order.',
  fields: {
    item: text({ meaning: 'What.' }),
    shop: text({ meaning: 'Where.' }),
    ordered_at: timestamp({ meaning: 'When.' }),
    number: integer({ min: 0, max: 1000, meaning: 'Which.' }),
  },
  eventTime: 'ordered_at',
  key: ['number'],
});

/** A fact that joins both dimensions as of its day. */
const valued = model('gold.valued', {
  inputs: { 'silver.orders': '[0]', 'silver.prices_asof': '[0]', 'silver.shops_asof': '[0]' },
  columns: { number: 'bigint', price: 'bigint', level: 'bigint' },
  sql: `select o.number, p.price, s.level, o.dt
from orders o
left join prices_asof p on p.dt = o.dt and p.item = o.item
left join shops_asof s on s.dt = o.dt and s.shop = o.shop`,
});

function projectOf(prices: AnyContract): LoadedProject {
  const contracts = [prices, shops, orders];
  const models = contracts.flatMap((each) => entityModels(each, PRELUDE));
  return { ...assembleProject([...models, unparsableModel(PRELUDE), valued]), contracts, prelude: PRELUDE };
}

export const PROJECT = projectOf(pricesUpTo(HIGHEST));
/** Of a later release. */
const CORRECTED = projectOf(pricesUpTo(HIGHER));

const folders: string[] = [];
const pipelines: Pipeline[] = [];

export async function open(project = PROJECT): Promise<Pipeline> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-dimensions-'));
  folders.push(folder);
  return opened(new Pipeline(folder, project));
}

/** The warehouse of a pipeline in the hands of the release that takes higher prices. */
export function corrected({ root }: Pipeline): Pipeline {
  return opened(new Pipeline(root, CORRECTED, '2026-01-02T00:00:00.000Z'));
}

function opened(pipeline: Pipeline): Pipeline {
  pipelines.push(pipeline);
  return pipeline;
}

export async function closeAll(): Promise<void> {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
}

/** Delivers records, a file each; `number` tells those apart that say the same. */
export async function deliver(pipeline: Pipeline, all: readonly (readonly [number: number, sent: Sent])[]) {
  const files = [];
  for (const [number, sent] of all) {
    const { entity, lines, arrival } = fileOf(sent, number);
    const content = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
    const path = join(pipeline.root, 'files', `${number}.jsonl`);
    await mkdir(join(pipeline.root, 'files'), { recursive: true });
    await writeFile(path, content);
    const hash = createHash('sha256').update(content).digest('hex');
    const format = { kind: 'json-lines', gzip: false } as const;
    const ingestDate = dayAt(arrival);
    files.push({ path, hash, format, entity, ingestDate, arrivedAt: Date.parse(`${ingestDate}T00:00:00Z`) });
  }
  const { failures } = await pipeline.ingest(files);
  if (failures.length > 0) throw failures[0]!.error;
}

function fileOf(sent: Sent, number: number): { entity: string; lines: (object | string)[]; arrival: number } {
  const moment = (day: number, hour: number) => `${dayAt(day)}T${String(hour).padStart(2, '0')}:00:00Z`;
  switch (sent.kind) {
    case 'prices': {
      const { day, prices, exported = null, isBroken } = sent;
      const exported_at = exported === null ? null : moment(day, exported);
      const lines = Object.entries(prices).map(([item, price]) => ({ item, price, exported_at }));
      return { entity: 'prices', lines: isBroken ? [...lines, '{"item": "'] : lines, arrival: day };
    }
    case 'change': {
      const { shop, day, hour, level, deleted, lag } = sent;
      const line = { shop, changed_at: moment(day, hour), level, deleted };
      return { entity: 'shops', lines: [line], arrival: Math.min(day + lag, DAYS - 1) };
    }
    case 'order': {
      const { item, shop, day } = sent;
      return { entity: 'orders', lines: [{ item, shop, ordered_at: moment(day, 12), number }], arrival: DAYS - 1 };
    }
  }
}
