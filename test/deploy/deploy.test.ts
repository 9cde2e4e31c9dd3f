import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { KEY_OBJECT } from '../../core/pseudonyms/pseudonym-key.ts';
import { duckdbOn, rowsBy } from '../athena/aws-pipeline.ts';
import { PROJECT } from '../gold/model-files.ts';
import { DAYS } from '../gold/streams.ts';
import { type Delivery, deliveriesAt } from '../pipeline/deliveries.ts';
import { Checkout } from './checkout.ts';
import { Deployed, type Recorded } from './deployed.ts';
import { Laptop, type Published, publishedBy } from './laptop.ts';
import { Producer } from './producer.ts';

const endpoints = inject('ministack');
const NAME = 'try';
const LAST = DAYS.at(-1)!;

/** Enough of everything: several users and days, repeated, cut, undated. A record of 9999 would make days until today. */
const [STREAM, FILE] = ['s', 'f'].map((prefix) => {
  const some = deliveriesAt({ shift: 0, prefix }).filter((sent) => sent.length > 60 && sent.length < 200);
  const [sent] = fc.sample(some, { numRuns: 1, seed: 4 });
  return sent!.filter(({ day }) => day !== '9999-12-31');
}) as [Delivery[], Delivery[]];

/** Bare purchases; the first six weeks before all else, so that a wave can have more batches than fit into the state. */
const CSV = `transaction_id,user_id,product_id,quantity,price,timestamp
c1,ana,p1,1,9.99,2025-12-20T10:00:00Z
c2,ana,p1,0,9.99,2026-01-30T10:00:00Z
c1,ana,p1,1,9.99,2025-12-20T10:00:00Z
`;

describe.skipIf(!endpoints)('a deployment', { timeout: 400_000 }, () => {
  let checkout: Checkout;
  let laptop: Laptop;
  let deployed: Deployed;
  let producer: Producer;
  let stream: string;
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
    expect(await onAws('run')).toEqual({ published: [], waves: 0 });
    expect(await deployed.invoke('collect', {})).toMatchObject({ objects: 0 });
  });

  test('what is put to the stream and dropped into the landing bucket arrives in bronze', async () => {
    await producer.put(early(STREAM).map(({ line }) => line));
    await drop(`events/ingest_date=${LAST}/first.jsonl`, lines(FILE));
    await drop(`transactions/ingest_date=${LAST}/purchases.csv`, CSV);
    await expectInBronze(producer.lines + FILE.length + 3);
    await consume();
  });

  test('a daily run makes of it what the same makes on a laptop, row by row', async () => {
    const there = await onAws('run');
    await laptop.takeKey(KEY_OBJECT, (await deployed.warehouse.get(KEY_OBJECT))!);
    const here = await laptop.reconcile('run');
    expect(there.published).toEqual(here.published);
    await expectSame();
  });

  test('a second run does nothing', async () => {
    expect(await onAws('run')).toEqual({ published: [], waves: 0 });
  });

  test('late events, and a batch that is delivered again in part, reopen the days that they touch', async () => {
    await producer.put(late(STREAM).map(({ line }) => line));
    await expectInBronze(producer.lines + FILE.length + 3);
    const records = await consume();
    await redeliver(records.slice(0, Math.ceil(records.length / 3)));
    const [there, here] = [await onAws('run'), await laptop.reconcile('run')];
    expect(there.published).toEqual(here.published);
    expect(there.published.length).toBeGreaterThan(0);
    await expectSame();
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
    return checkout.cdk('deploy', '--all', '--require-approval', 'never', ...args);
  }

  async function onAws(...args: readonly string[]): Promise<Published> {
    return publishedBy(await checkout.sluice(...args, '--target', 'aws', '--deployment', NAME, '--format', 'json'));
  }

  /** Drops a file into the landing bucket, and gives it to the laptop. */
  async function drop(key: string, text: string): Promise<void> {
    const path = join(checkout.root, 'dropped', key);
    await mkdir(join(path, '..'), { recursive: true });
    await checkout.write(join('dropped', key), text);
    const [folder] = key.split('/');
    await laptop.ingest(...(folder === 'events' ? [] : ['--entity', folder!]), path);
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

function lines(sent: readonly Delivery[]): string {
  return sent.map(({ line }) => `${line}\n`).join('');
}

function early(sent: readonly Delivery[]): Delivery[] {
  return sent.filter((_, index) => index % 5 !== 3);
}

function late(sent: readonly Delivery[]): Delivery[] {
  return sent.filter((_, index) => index % 5 === 3);
}
