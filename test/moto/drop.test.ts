import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { s3BulkLoader } from '../../adapters/aws/s3-bulk-loader.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { dropTaker } from '../../lambdas/bronze/take-drop.ts';
import { ROUTING } from '../bronze/temporary-warehouse.ts';
import { newStore } from '../emulators/buckets.ts';
import { s3At } from '../emulators/clients.ts';
import { order } from '../lambdas/bronze/kinesis-events.ts';
import { recordedTelemetry } from '../lambdas/bronze/recorded-telemetry.ts';

const endpoint = inject('moto');

describe.skipIf(!endpoint)('File drops over moto', () => {
  const client = s3At(endpoint!);
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'sluice-drops-'));
  });
  afterAll(async () => {
    expect(await readdir(scratch), 'left behind').toEqual([]);
    await rm(scratch, { recursive: true });
  });

  it('are taken once, under keys of any characters; what cannot be has a note', async () => {
    const landing = await newStore(client);
    const warehouse = await newStore(client);
    const clock = () => '2026-02-01T12:00:05.000Z';
    const log = new CommitLog(warehouse, clock);
    const telemetry = recordedTelemetry();
    let loads = 0;
    const take = dropTaker({
      ...{ landing, routing: ROUTING, log, clock, newId: () => `load${++loads}`, ...telemetry },
      load: s3BulkLoader({ landing, warehouse, routing: ROUTING, scratch }),
    });
    const drop = async (key: string, content: string | Uint8Array) => {
      await landing.put(key, Buffer.from(content));
      await take({ time: '2026-02-01T12:00:00Z', detail: { object: { key } } });
    };
    await drop('events/ingest_date=2026-01-09/a b+é.jsonl.gz', gzipSync(order(1)));
    await drop('orders/a.csv', 'order_id,at\n1,2026-01-05T10:00:00Z\n');
    await drop('orders/again.csv', 'order_id,at\n1,2026-01-05T10:00:00Z\n');
    await drop('orders/cut.jsonl.gz', gzipSync(order(1)).subarray(0, 40));
    await take({ time: '2026-02-01T12:00:00Z', detail: { object: { key: 'orders/never.csv' } } });
    const objects = [...(await log.read()).bronze.values()].flat();
    expect(objects.map(({ ingestDate, eventDate }) => `${ingestDate} ${eventDate}`).sort()).toEqual([
      '2026-01-09 2026-01-15',
      '2026-02-01 2026-01-05',
    ]);
    expect((await warehouse.list('bronze/')).map(({ key }) => key)).toEqual(objects.map(({ key }) => key).sort());
    const notes = await landing.list('refused/');
    expect(notes.map(({ key }) => key)).toEqual(['refused/orders/cut.jsonl.gz.json', 'refused/orders/never.csv.json']);
    const note = JSON.parse(Buffer.from((await landing.get(notes[0]!.key))!).toString()) as { why: string };
    expect(note.why).toContain(landing.uri('orders/cut.jsonl.gz'));
    expect(telemetry.counts).toMatchObject({ FilesIngested: 2, FilesRefused: 2 });
  });
});
