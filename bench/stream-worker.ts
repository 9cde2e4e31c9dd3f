// One process of bench/stream.ts. `hot ROUTING EVENTS BATCH plain|aggregated ROUNDS`: the consumer of the stream with a store
// that only counts. `event ROUTING EVENTS`: a batch as Lambda hands it over. Prints JSON.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { generateStream } from '../generator/generate-stream.ts';
import { line } from '../generator/line.ts';
import { streamOptions } from '../generator/options.ts';
import { deployedRouting } from '../lambdas/bronze/routing.ts';
import { batchWriter } from '../lambdas/bronze/write-batch.ts';

/** What the hot path took. */
export interface Hot {
  readonly events: number;
  /** Of each round, without the parsing of the event, which Lambda's runtime does. */
  readonly cpuSeconds: readonly number[];
  /** Of each round, for base64 and JSON.parse of the same events alone: how fast this machine is just now. */
  readonly parseSeconds: readonly number[];
  readonly objects: number;
  readonly bytes: number;
}

const RECORDS_A_PACK = 100;

/** A day's events in the order of their arrival, as they are sent. */
function sent(count: number): Buffer[] {
  const options = streamOptions({ events: count * 3, days: 2 });
  const found: Buffer[] = [];
  for (const { batch, deliveries } of generateStream(options)) {
    for (const delivery of batch === 'main' ? deliveries : []) {
      if (found.length === count) return found;
      found.push(Buffer.from(line(delivery, options.seed)));
    }
  }
  return found;
}

/** Packed as the Kinesis Producer Library does it. */
function packed(all: readonly Buffer[]): Buffer[] {
  const { RecordAggregator } = createRequire(import.meta.url)('aws-kinesis-agg') as {
    RecordAggregator: new () => {
      addUserRecord(record: { partitionKey: string; data: Buffer }): void;
      build(): { data: Buffer };
    };
  };
  const packs: Buffer[] = [];
  for (let from = 0; from < all.length; from += RECORDS_A_PACK) {
    const packer = new RecordAggregator();
    for (const data of all.slice(from, from + RECORDS_A_PACK)) packer.addUserRecord({ partitionKey: 'key', data });
    packs.push(packer.build().data);
  }
  return packs;
}

function kinesisRecord(data: Buffer, at: number): KinesisStreamRecord {
  const sequenceNumber = `4959033827149025660855969253836157109592157598${String(at).padStart(8, '0')}`;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: sequenceNumber.slice(-12),
      sequenceNumber,
      data: data.toString('base64'),
      approximateArrivalTimestamp: 1_769_947_200 + at / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000006:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/stream',
    awsRegion: 'eu-west-1',
    eventSourceARN: 'arn:aws:kinesis:eu-west-1:123456789012:stream/events',
  };
}

async function hot(routing: string, events: number, batch: number, aggregated: boolean, rounds: number): Promise<Hot> {
  const records = (aggregated ? packed(sent(events)) : sent(events)).map(kinesisRecord);
  const size = aggregated ? batch / RECORDS_A_PACK : batch;
  // Outside the heap, so that the garbage collector has no more to go through than in a Lambda.
  const texts: Buffer[] = [];
  for (let from = 0; from < records.length; from += size) {
    texts.push(Buffer.from(JSON.stringify({ Records: records.slice(from, from + size) })));
  }
  records.length = 0;

  let objects = 0;
  let bytes = 0;
  const metrics = new Metrics({ namespace: 'bench' });
  const handler = batchWriter({
    store: {
      put: async (_, content) => {
        objects++;
        bytes += content.length;
      },
    },
    routing: deployedRouting(pathToFileURL(routing)),
    logger: { info() {}, error() {} },
    metrics: { addMetric: () => metrics, publishStoredMetrics: () => metrics },
  });
  const cpuSeconds: number[] = [];
  const parseSeconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    let spent = 0;
    let parsing = 0;
    for (const text of texts) {
      const event = JSON.parse(text.toString('latin1')) as KinesisStreamEvent;
      const before = process.cpuUsage();
      await handler(event);
      const { user, system } = process.cpuUsage(before);
      spent += user + system;
      const started = process.cpuUsage();
      for (const { kinesis } of event.Records) parse(Buffer.from(kinesis.data, 'base64').toString());
      const parsed = process.cpuUsage(started);
      parsing += parsed.user + parsed.system;
    }
    cpuSeconds.push(spent / 1e6);
    parseSeconds.push(parsing / 1e6);
  }
  return { events, cpuSeconds, parseSeconds, objects: objects / rounds, bytes: bytes / rounds };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const [what, routing = '', events, batch, form, rounds] = process.argv.slice(2);
const result =
  what === 'hot'
    ? await hot(routing, Number(events), Number(batch), form === 'aggregated', Number(rounds))
    : { Records: sent(Number(events)).map(kinesisRecord) };
process.stdout.write(JSON.stringify(result));
