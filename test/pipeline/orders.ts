import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedProject } from '../../adapters/local/project-files.ts';
import type { Acceptance } from '../../core/bronze/acceptance.ts';
import { type AnyContract, contract } from '../../core/contract/contract.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { integer, optional, text, timestamp } from '../../core/contract/field.ts';
import { unparsableModel } from '../../core/contract/unparsable-model.ts';
import type { Day } from '../../core/dates.ts';
import { assembleProject } from '../../core/model/project.ts';
import { model } from '../reconcile/models.ts';
import { Pipeline, type Rows } from './pipeline.ts';

/** What may change in the contracts of these tests. */
export interface Rules {
  readonly earliest?: Day;
  readonly accept?: Acceptance;
  readonly withinDays?: number;
  readonly eventTime?: 'ordered_at' | 'placed_at';
  /** Whether visits are a known entity. */
  readonly visits?: boolean;
}

/** A record, how it comes and when. `at` and `day` are texts or nothing. */
export interface Sent {
  /** Of the event; by default the place in its batch tells it. */
  readonly id?: string;
  readonly type: string;
  readonly key: string;
  readonly at?: string;
  readonly placed?: string;
  readonly amount?: number;
  readonly arrival: Day;
  readonly by: 'stream' | 'file' | 'bare file';
}

/** What reads silver: built again only where that has other rows. */
const orderDay = model('gold.order_day', {
  inputs: { 'silver.orders': '[0]' },
  columns: { orders: 'bigint' },
  sql: 'select count(*) as orders, dt from orders group by dt',
});

const PRELUDE = await readFile('sql/prelude.sql', 'utf8');

export function projectOf({
  earliest = '1990-01-01',
  accept,
  withinDays,
  eventTime = 'ordered_at',
  visits,
}: Rules): LoadedProject {
  const times = {
    ordered_at: timestamp({ meaning: 'When it was ordered.' }),
    placed_at: timestamp({ meaning: 'When it was placed.' }),
  };
  const other = eventTime === 'ordered_at' ? 'placed_at' : 'ordered_at';
  const orders = contract({
    entity: 'orders',
    version: 1,
    meaning: 'An order.',
    fields: {
      order_id: text({ meaning: 'Which.' }),
      ...{ ...times, [other]: optional(times[other]) },
      amount: integer({ min: 0, max: 100, meaning: 'How much.' }),
    },
    eventTime,
    key: ['order_id'],
    earliest,
    ...(accept ? { accept } : {}),
    ...(withinDays ? { withinDays } : {}),
  });
  const visit = contract({
    entity: 'visits',
    version: 1,
    meaning: 'A visit.',
    fields: { order_id: text({ meaning: 'Which.' }), ordered_at: times.ordered_at },
    eventTime: 'ordered_at',
    key: ['order_id', 'ordered_at'],
    withinDays: 1,
  });
  const contracts: AnyContract[] = visits ? [orders, visit] : [orders];
  const models = contracts.flatMap((each) => entityModels(each, PRELUDE));
  return { ...assembleProject([...models, unparsableModel(PRELUDE), orderDay]), contracts, prelude: PRELUDE };
}

const folders: string[] = [];
const pipelines: Pipeline[] = [];

/** A pipeline by these rules, on a folder of its own or that of another. */
export async function open(rules: Rules, root?: string): Promise<Pipeline> {
  let folder = root;
  if (folder === undefined) {
    folder = await mkdtemp(join(tmpdir(), 'sluice-redate-'));
    folders.push(folder);
  }
  const pipeline = new Pipeline(folder, projectOf(rules));
  pipelines.push(pipeline);
  return pipeline;
}

export async function closeAll(): Promise<void> {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
}

function dataOf({ key, at, placed, amount = 1 }: Sent): object {
  return {
    order_id: key,
    ...(at === undefined ? {} : { ordered_at: at }),
    ...(placed === undefined ? {} : { placed_at: placed }),
    amount,
  };
}

function lineOf(sent: Sent, index: number): string {
  if (sent.by === 'bare file') return JSON.stringify(dataOf(sent));
  return JSON.stringify({
    specversion: '1.0',
    id: sent.id ?? `e${index}`,
    source: 's',
    type: sent.type,
    data: dataOf(sent),
  });
}

let batches = 0;

/** Delivers records, under the same `name` as the same batch: those of the stream in one batch, those of files in one file a day. */
export async function deliver(pipeline: Pipeline, all: readonly Sent[], name?: string): Promise<void> {
  // Sequence numbers are digits, and of a batch that is delivered again the same.
  const batch = name === undefined ? ++batches : name.length * 1_000_000;
  const lines = all.map((sent, index) => ({ sent, index, line: lineOf(sent, index) }));
  const streamed = lines.filter(({ sent }) => sent.by === 'stream');
  await pipeline.stream(
    streamed.map(({ sent, index, line }) => ({
      ...{ shardId: 's', sequenceNumber: `${batch}${String(index).padStart(5, '0')}`, subSequence: null },
      ...{ arrivedAt: Date.parse(`${sent.arrival}T12:00:00Z`), data: Buffer.from(line) },
    })),
  );
  for (const by of ['file', 'bare file'] as const) {
    for (const ingestDate of new Set(lines.filter(({ sent }) => sent.by === by).map(({ sent }) => sent.arrival))) {
      const content = lines
        .filter(({ sent }) => sent.by === by && sent.arrival === ingestDate)
        .map(({ line }) => `${line}\n`)
        .join('');
      const path = join(pipeline.root, 'files', `${by}-${ingestDate}-${batch}.jsonl`);
      await mkdir(join(pipeline.root, 'files'), { recursive: true });
      await writeFile(path, content);
      const hash = createHash('sha256').update(`${batch} ${content}`).digest('hex');
      const entity = by === 'file' ? null : 'orders';
      const format = { kind: 'json-lines', gzip: false } as const;
      const { failures } = await pipeline.ingest([
        { path, hash, format, entity, ingestDate, arrivedAt: Date.parse(`${ingestDate}T00:00:00Z`) },
      ]);
      if (failures.length > 0) throw failures[0]!.error;
    }
  }
}

/** Every row of every table, without what tells of the way a record came. */
export function rowsOf(pipeline: Pipeline): Promise<Rows> {
  return pipeline.rows(undefined, ['shard_id', 'sequence_number', 'file_hash', 'line']);
}
