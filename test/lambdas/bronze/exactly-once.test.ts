import type { KinesisStreamRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseBronzeKey, UNKNOWN_DATE } from '../../../core/bronze/bronze-object.ts';
import { readRows } from '../../../core/bronze/read-rows.ts';
import { receivedSteps } from '../../../core/contract/received-sql.ts';
import type { Model } from '../../../core/model/model.ts';
import { batchWriter } from '../../../lambdas/bronze/write-batch.ts';
import { ROUTING } from '../../bronze/temporary-warehouse.ts';
import { modelRunner, type Received } from '../../contract/run-model.ts';
import { MemoryStore } from '../../ports/memory-store.ts';
import { aggregate, kinesisEvent, kinesisRecord } from './kinesis-events.ts';
import { recordedTelemetry } from './recorded-telemetry.ts';

let runner: Awaited<ReturnType<typeof modelRunner>>;
beforeAll(async () => {
  runner = await modelRunner();
});
afterAll(() => runner.close());

const at = fc.constantFrom('2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z', '2026-02-02T01:00:00+02:00', 'soon');
const event = fc
  .tuple(fc.constantFrom('orders', 'clicks', 'refunds'), fc.nat(5), at)
  .map(([type, id, at]) => Buffer.from(JSON.stringify({ type, id: `e${id}`, data: { at, clicked_at: at } })));
const bytes = fc.oneof(
  { weight: 8, arbitrary: event },
  fc.uint8Array({ minLength: 1, maxLength: 30 }).map((some) => Buffer.from(some)),
  fc.constantFrom('{}', '{"type":1}', 'null', '\ufeff{}').map((text) => Buffer.from(text)),
);
/** What one Kinesis record holds: a record, some packed ones, or a pack that is damaged. */
const packed = fc
  .array(bytes, { minLength: 1, maxLength: 4 })
  .map((records) => ({ data: aggregate(records), records }));
const content = fc.oneof(
  { weight: 4, arbitrary: bytes.map((data) => ({ data, records: [data] })) },
  { weight: 3, arbitrary: packed },
  packed.map(({ data }) => {
    const damaged = Buffer.from(data);
    damaged[damaged.length - 1]! ^= 1;
    return { data: damaged, records: [damaged] };
  }),
  fc.constant({ data: Buffer.alloc(0), records: [Buffer.alloc(0)] }),
);
/** A shard, some about midnight, and how its records are delivered: stretches of it, again and again, in any order. */
const shard = fc.array(content, { minLength: 1, maxLength: 12 });
const deliveries = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 8 });

const MIDNIGHT = Date.UTC(2026, 1, 2) / 1000;

test('whatever is delivered again, bisected or out of order, silver receives every record once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(shard, deliveries), { minLength: 1, maxLength: 2 }), async (shards) => {
      const store = new MemoryStore();
      const handler = batchWriter({ store, routing: ROUTING, ...recordedTelemetry() });
      const deliver = async (records: KinesisStreamRecord[]) => {
        expect(await handler(structuredClone(kinesisEvent(...records)))).toEqual({ batchItemFailures: [] });
      };
      const sent: string[] = [];
      for (const [s, [contents, stretches]] of shards.entries()) {
        const shardId = `shardId-00000000000${s}`;
        const records = contents.map(({ data }, n) =>
          kinesisRecord(n, data, { shardId, arrived: MIDNIGHT - 3 + n / 2 }),
        );
        for (const [n, { records: users }] of contents.entries()) {
          for (const [u, user] of users.entries()) sent.push(`${s} ${n} ${u} ${text(user)}`);
        }
        for (const [one, other] of stretches) {
          const some = records.slice(Math.min(one, other), Math.max(one, other) + 1);
          if (some.length > 0) await deliver(some);
        }
        // In the end Lambda has delivered each of them: here whole, or cut in two.
        const cut = stretches.length % (records.length + 1);
        for (const part of [records.slice(cut), records.slice(0, cut)]) if (part.length > 0) await deliver(part);
      }
      expect((await received(store)).sort()).toEqual(sent.sort());
    }),
    { numRuns: 40 },
  );
}, 60_000);

/** A record as bronze keeps it. */
function text(data: Buffer): string {
  const decoded = data.toString('utf8');
  return Buffer.from(decoded).equals(data) ? decoded : data.toString('base64');
}

/** What silver takes for received of each entity: `shard record part payload`. */
async function received(store: MemoryStore): Promise<string[]> {
  const byEntity = new Map<string, Received[]>();
  for (const { key, bytes } of await store.list('')) {
    const place = parseBronzeKey(key)!;
    const rows = Number(/-(\d+)\.parquet$/.exec(key)![1]);
    const records = byEntity.get(place.entity) ?? [];
    byEntity.set(place.entity, records);
    for (const row of await readRows((await store.get(key))!, { key, bytes, rows, ...place })) {
      records.push({
        payload: row.record.payload,
        shard_id: row.shardId!,
        sequence_number: row.sequenceNumber!,
        ...(row.subSequence === null ? {} : { sub_sequence: row.subSequence }),
        ingest_date: place.ingestDate,
        event_date: place.eventDate ?? UNKNOWN_DATE,
      });
    }
  }
  const found: string[] = [];
  for (const [entity, records] of byEntity) {
    const { rows } = await runner.build(receivedModel(entity), records, ['2026-02-01']);
    for (const { shard_id, sequence_number, sub_sequence, payload } of rows.get('silver.once')!) {
      const place = `${Number(shard_id!.slice(-1))} ${Number(sequence_number!.slice(-8))} ${Number(sub_sequence ?? 0)}`;
      found.push(`${place} ${Buffer.from(payload!, 'hex')}`);
    }
  }
  return found;
}

/** The steps with which every silver model begins, and what they leave. */
function receivedModel(entity: string): Model {
  const columns = ['shard_id', 'sequence_number', 'sub_sequence', 'payload'];
  return {
    name: 'silver.once',
    file: 'test',
    inputs: [{ table: `bronze.${entity}`, window: { kind: 'days', from: 0, to: 0 } }],
    partitions: 'day',
    keep: ['all'],
    steps: () => receivedSteps(`bronze_${entity}`),
    outputs: [
      {
        table: 'silver.once',
        meaning: '',
        columns: columns.map((name) => ({ name, type: 'varchar', meaning: '' })),
        // The driver drops a byte order mark at the start of a text.
        sql: 'select shard_id, sequence_number, sub_sequence, hex(encode(payload)) as payload, dt from received',
        audits: [],
      },
    ],
    codeDigest: '',
  };
}
