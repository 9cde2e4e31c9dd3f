import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { daysBetween } from '../../core/dates.ts';
import { KEY_OBJECT } from '../../core/pseudonyms/pseudonym-key.ts';
import { duckdbOn, rowsBy } from '../athena/aws-pipeline.ts';
import { PROJECT } from '../gold/model-files.ts';
import { DAYS } from '../gold/streams.ts';
import { type Delivery, deliveriesAt } from '../pipeline/deliveries.ts';
import { Checkout } from './checkout.ts';
import { Deployed, type Recorded } from './deployed.ts';
import { Laptop, outputOf, publishedIn } from './laptop.ts';
import { Producer } from './producer.ts';

const endpoints = inject('ministack');
const NAME = 'try';
const LAST = DAYS.at(-1)!;
const APPROVED = ['--require-approval', 'never'];
const JSON_OUT = ['--format', 'json'];

/** Enough of everything: several users and days, repeated, cut, undated. A record of 9999 would make days until today. */
const [STREAM, FILE] = ['s', 'f'].map((prefix) => {
  const some = deliveriesAt({ shift: 0, prefix }).filter((sent) => sent.length > 60 && sent.length < 200);
  const [sent] = fc.sample(some, { numRuns: 1, seed: 4 });
  return sent!.filter(({ day }) => day !== '9999-12-31');
}) as [Delivery[], Delivery[]];

/** Six weeks of bare purchases, of which one is refused and one repeated: more days than one state of a run can list. */
const CSV = [
  'transaction_id,user_id,product_id,quantity,price,timestamp',
  ...daysBetween('2025-12-20', LAST).map((day) => `c${day},ana,p1,1,9.99,${day}T10:00:00Z`),
  'c1,ana,p1,0,9.99,2026-01-30T10:00:00Z',
  'c2025-12-20,ana,p1,1,9.99,2025-12-20T10:00:00Z',
];

/** Whose name is kept as a keyed hash. */
const CUSTOMER = JSON.stringify({
  ...{ specversion: '1.0', id: 'customer', source: 'test', type: 'customers', time: `${LAST}T10:00:00Z` },
  data: {
    ...{ customer_id: 'ana', name: 'Ana', email: 'ana@example.com', registration_date: LAST, location: 'Berlin' },
    ...{ customer_segment: 'new', updated_at: `${LAST}T10:00:00Z` },
  },
});

/** Records. */
const DROPPED = FILE.length + 1 + CSV.length - 1;

const STACKS = ['storage', 'catalog', 'ingest', 'transform', 'observability'];

describe.skipIf(!endpoints)('a deployment', { timeout: 400_000 }, () => {
  let checkout: Checkout;
  let laptop: Laptop;
  let deployed: Deployed;
  let producer: Producer;
  let stream: string;
  /** A day that late events have touched. */
  let reopened: string;
  const consumed = new Set<string>();

  beforeAll(async () => {
    checkout = await Checkout.create(endpoints!);
    laptop = new Laptop(checkout);
    await configure('');
  });
  afterAll(() => checkout?.remove());

  test('is made by cdk bootstrap and cdk deploy', async () => {
    await checkout.bootstrap();
    await deploy('--outputs-file', 'outputs.json');
    deployed = await Deployed.find(endpoints!.aws, NAME);
    const outputs = JSON.parse(await readFile(join(checkout.root, 'outputs.json'), 'utf8'));
    stream = outputs[`${NAME}-ingest`].StreamName;
    producer = new Producer(deployed.kinesis, stream);
  });

  test('without anything to do, a run and the collector end well', async () => {
    expect(await runOnAws()).toEqual({ published: [], waves: 0 });
    expect(await deployed.invoke('collect', {})).toMatchObject({ objects: 0 });
  });

  test('what is put to the stream and dropped into the landing bucket arrives in bronze', async () => {
    await producer.put(early(STREAM).map(({ line }) => line));
    await drop(`events/ingest_date=${LAST}/first.jsonl`, `${lines(FILE)}${CUSTOMER}\n`);
    await drop(`transactions/ingest_date=${LAST}/purchases.csv`, CSV.map((line) => `${line}\n`).join(''));
    await expectInBronze(producer.lines + DROPPED);
    await consume();
  });

  test('a daily run makes of it what the same makes on a laptop, row by row', async () => {
    const there = await runOnAws();
    await laptop.takeKey(KEY_OBJECT, (await deployed.warehouse.get(KEY_OBJECT))!);
    const here = publishedIn(await laptop.sluice('run', ...JSON_OUT));
    expect(there.published).toEqual(here.published);
    await expectSame();
  });

  test('a run that is asked for nonsense fails at once', async () => {
    expect(await deployed.backfill({ from: 'yesterday' })).toMatchObject({ status: 'FAILED', error: 'UsageError' });
  });

  test('a second run does nothing', async () => {
    expect(await runOnAws()).toEqual({ published: [], waves: 0 });
  });

  test('late events, and a batch that is delivered again in part, reopen the days that they touch', async () => {
    await producer.put(late(STREAM).map(({ line }) => line));
    await expectInBronze(producer.lines + DROPPED);
    const records = await consume();
    await redeliver(records.slice(0, Math.ceil(records.length / 3)));
    const published = await both('run');
    expect(published.length).toBeGreaterThan(0);
    reopened = published.find((each) => each.startsWith('gold.user_day '))!.split(' ')[1]!;
  });

  test('status and queries say what they say on a laptop', async () => {
    const comparable = (text: string) => {
      const { tables, balance, pending, pinned } = JSON.parse(text);
      const counts = tables.map(({ table, partitions, first, last, rows }: Record<string, unknown>) => {
        return { table, partitions, first, last, rows };
      });
      return { counts, balance, pending, pinned };
    };
    expect(comparable(await onAws('status', ...JSON_OUT))).toEqual(
      comparable(await laptop.sluice('status', ...JSON_OUT)),
    );
    const bronze = ['query', 'select count(*) as records from bronze.transactions', ...JSON_OUT];
    expect(await onAws(...bronze)).toBe(await laptop.sluice(...bronze));
    const gold = ['query', 'select * from gold.daily_metrics order by dt', '--format', 'csv'];
    expect(await onAws(...gold)).toBe(await laptop.sluice(...gold));
  });

  test('a forced backfill of a range builds all of it, and comes out the same', async () => {
    const range = ['--from', DAYS[1]!, '--to', DAYS[3]!, '--tables', 'silver.interactions,gold.user_day', '--force'];
    const published = await both('backfill', ...range);
    expect(new Set(published.map((each) => each.split(' ')[1]))).toEqual(new Set(DAYS.slice(1, 4)));
  });

  test('a version that is rolled back is pinned, what reads it follows, and its release undoes both', async () => {
    const before = await laptop.rows();
    const partition = ['gold.user_day', '--dt', reopened];
    const here = (...args: string[]) => laptop.sluice(...args);
    for (const command of [onAws, here]) {
      const versions = JSON.parse(await command('history', ...partition, ...JSON_OUT)) as {
        version: { run: string };
      }[];
      await command('rollback', ...partition, '--to', versions[0]!.version.run);
    }
    const { stale, waiting } = JSON.parse(await onAws('plan', ...JSON_OUT)) as Record<string, { table: string }[]>;
    expect(readersOf('gold.user_day')).toEqual(
      expect.arrayContaining([...stale!, ...waiting!].map(({ table }) => table)),
    );
    expect(stale!.map(({ table }) => table)).toContain('gold.daily_metrics');
    await both('run');
    expect(await laptop.rows()).not.toEqual(before);
    for (const command of [onAws, here]) await command('rollback', ...partition, '--release');
    await both('run');
    expect(await laptop.rows()).toEqual(before);
  });

  test('a changed model is deployed as an update: it and what reads it are rebuilt, a day a batch in a distributed map', async () => {
    await checkout.edit(
      'sql/gold/customer_day.sql',
      'count(distinct transaction_id)',
      '1 + count(distinct transaction_id)',
    );
    await configure(`engine: 'duckdb', lambda: { bytes: 1 },`);
    expect(changedBy(await deploy())).toEqual(['ingest', 'transform']);
    const published = await both('run');
    const rebuilt = published.map((each) => each.split(' ')[0]!);
    expect(['gold.customer_day', ...readersOf('gold.customer_day')]).toEqual(expect.arrayContaining(rebuilt));
    expect(rebuilt).toEqual(expect.arrayContaining(['gold.customer_day', 'gold.customer_features']));
    expect((await deployed.mapRuns()).length).toBeGreaterThan(0);
  });

  test('a deployment without a change changes nothing', async () => {
    expect(changedBy(await deploy())).toEqual([]);
  });

  test('data stays when its deployment is destroyed', async () => {
    const destroyed = checkout.cdk('destroy', '--all', '--force', '--app', 'cdk.out');
    await expect(destroyed).rejects.toThrow(`${NAME}-storage: destroy failed`);
    for (const bucket of Object.values(buckets())) expect(await deployed.hasBucket(bucket), bucket).toBe(true);
    expect((await deployed.log.read()).seq).toBeGreaterThan(0);
  });

  test('with both locks open, all of it goes', async () => {
    await configure(`removal: 'destroy',`);
    await expect(checkout.cdk('synth', '--quiet')).rejects.toThrow(`-c i-know-this-deletes-all-data=${NAME}`);
    await checkout.cdk('deploy', `${NAME}-storage`, ...APPROVED, '-c', `i-know-this-deletes-all-data=${NAME}`);
    await checkout.cdk('destroy', `${NAME}-storage`, '--force', '--app', 'cdk.out');
    for (const bucket of Object.values(buckets())) expect(await deployed.hasBucket(bucket), bucket).toBe(false);
  });

  async function configure(settings: string): Promise<void> {
    const stream = `{ mode: 'provisioned', shards: 2 }`;
    await checkout.write(
      'sluice.config.ts',
      `import { defineDeployments } from './infra/deployment.ts';
export default defineDeployments({ test: { name: '${NAME}', stream: ${stream}, batchingWindow: 0, ${settings} } });\n`,
    );
  }

  function deploy(...args: readonly string[]): Promise<string> {
    return checkout.cdk('deploy', '--all', ...APPROVED, ...args);
  }

  async function onAws(...args: readonly string[]): Promise<string> {
    return outputOf(await checkout.sluice(...args, '--target', 'aws', '--deployment', NAME));
  }

  async function runOnAws() {
    return publishedIn(await onAws('run', ...JSON_OUT));
  }

  /** Runs a command there and here. Returns what was published, the same by both. */
  async function both(...args: readonly string[]): Promise<string[]> {
    const there = publishedIn(await onAws(...args, ...JSON_OUT));
    const here = publishedIn(await laptop.sluice(...args, ...JSON_OUT));
    expect(there.published).toEqual(here.published);
    await expectSame();
    return there.published;
  }

  function buckets() {
    const { warehouse, landing, results } = deployed.places;
    return { warehouse, landing, results };
  }

  /** Drops a file into the landing bucket, and gives it to the laptop. */
  async function drop(key: string, text: string): Promise<void> {
    const path = join(checkout.root, 'dropped', key);
    await mkdir(join(path, '..'), { recursive: true });
    await checkout.write(join('dropped', key), text);
    const [folder] = key.split('/');
    await laptop.sluice('ingest', ...(folder === 'events' ? [] : ['--entity', folder!]), path);
    await deployed.landing.put(key, new TextEncoder().encode(text));
  }

  async function expectInBronze(records: number): Promise<void> {
    const until = Date.now() + 60_000;
    for (;;) {
      const rows = Object.values(await deployed.bronzeRows()).reduce((sum, count) => sum + count, 0);
      if (rows === records) return;
      if (Date.now() > until) expect(rows, 'records in bronze').toBe(records);
      await sleep(300);
    }
  }

  /** Gives the laptop what has come by the stream since. Returns it as it came. */
  async function consume(): Promise<Recorded[]> {
    const records = (await deployed.recordsOf(stream)).filter(({ sequenceNumber }) => !consumed.has(sequenceNumber));
    for (const { sequenceNumber } of records) consumed.add(sequenceNumber);
    await laptop.stream(records.flatMap((record) => producer.unpacked(record)));
    return records;
  }

  /** MiniStack delivers no batch twice, whatever a function reports: this hands some of its records to the function again. */
  async function redeliver(records: readonly Recorded[]): Promise<void> {
    const Records = records.map(({ shardId, sequenceNumber, arrivedAt, data }) => ({
      eventID: `${shardId}:${sequenceNumber}`,
      kinesis: {
        sequenceNumber,
        data: Buffer.from(data).toString('base64'),
        approximateArrivalTimestamp: arrivedAt / 1000,
      },
    }));
    expect(await deployed.invoke('stream', { Records })).toEqual({ batchItemFailures: [] });
    await laptop.stream(records.flatMap((record) => producer.unpacked(record)));
  }

  /** Row by row what the laptop has; and the catalog shows just what the log says. */
  async function expectSame(): Promise<void> {
    const state = await deployed.log.read();
    const expected = await laptop.rows();
    expect([...expected.values()].filter((rows) => rows.length > 0).length).toBeGreaterThan(12);
    const found = await rowsBy(duckdbOn({ store: deployed.warehouse }, PROJECT.prelude), PROJECT, state);
    for (const [table, rows] of expected) {
      expect(found.get(table), table).toEqual(rows);
      const versions = [...(state.partitions.get(table)?.values() ?? [])].filter((version) => version.rows > 0);
      const folders = versions.map(({ dt, files }) => [dt, deployed.warehouse.uri(files[0]!.replace(/[^/]*$/, ''))]);
      expect(await deployed.shown(table), table).toEqual(new Map(folders as [string, string][]));
    }
  }
});

/** The tables that read a table, directly or not. */
function readersOf(table: string): string[] {
  const direct = PROJECT.models.filter(({ inputs }) => inputs.some((input) => input.table === table));
  return direct.flatMap(({ outputs }) => outputs.flatMap((output) => [output.table, ...readersOf(output.table)]));
}

/** Of the stacks, by the output of `cdk deploy`, those that were not left as they were. */
function changedBy(output: string): string[] {
  return STACKS.filter((stack) => !output.includes(`✅  ${NAME}-${stack} (no changes)`));
}

function lines(sent: readonly Delivery[]): string {
  return sent.map(({ line }) => `${line}\n`).join('');
}

function early(sent: readonly Delivery[]): Delivery[] {
  return sent.filter((_, index) => index % 5 !== 3);
}

function late(sent: readonly Delivery[]): Delivery[] {
  return sent.filter((_, index) => index % 5 === 3);
}
