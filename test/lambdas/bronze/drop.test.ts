import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadFiles } from '../../../adapters/local/bulk/load-files.ts';
import { DirectoryStore } from '../../../adapters/local/directory-store.ts';
import { hashFile } from '../../../adapters/local/find-files.ts';
import { StorageError } from '../../../core/errors.ts';
import { CommitLog } from '../../../core/ledger/commit-log.ts';
import { dropTaker, type TakeDrop } from '../../../lambdas/bronze/take-drop.ts';
import { ROUTING } from '../../bronze/temporary-warehouse.ts';
import { order } from './kinesis-events.ts';
import { recordedTelemetry } from './recorded-telemetry.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-drop-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** As EventBridge sends it. */
function created(key: string) {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-02-01T12:00:00Z',
    region: 'eu-west-1',
    resources: ['arn:aws:s3:::landing'],
    detail: { version: '0', bucket: { name: 'landing' }, object: { key, size: 5, etag: 'b1', sequencer: '00617F' } },
  };
}

/** Files in a folder instead of a bucket, a warehouse beside it. */
function drops(more: Partial<TakeDrop> = {}) {
  const folder = join(root, 'landing');
  const warehouse = join(root, 'warehouse');
  const notes = new DirectoryStore(folder);
  const store = new DirectoryStore(warehouse);
  const clock = () => '2026-02-01T12:00:05.000Z';
  const log = new CommitLog(store, clock);
  const telemetry = recordedTelemetry();
  let loads = 0;
  const deps: TakeDrop = {
    landing: {
      sha256: (key) =>
        hashFile(join(folder, key)).catch((cause: unknown) => {
          throw new StorageError(`S3 could not read ${key}`, {
            cause: Object.assign(new Error(), { name: 'NoSuchKey', cause }),
          });
        }),
      uri: (key) => join(folder, key),
      put: (key, bytes) => notes.put(key, bytes),
    },
    log,
    load: (files, id) => loadFiles(files, { warehouse, id, routing: ROUTING }),
    routing: ROUTING,
    newId: () => `load${++loads}`,
    clock,
    ...telemetry,
    ...more,
  };
  const take = dropTaker(deps);
  const drop = (key: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), content);
    return take(created(key));
  };
  /** `entity ingest_date event_date rows` of all that was committed. */
  const bronze = async () =>
    [...(await log.read()).bronze.values()]
      .flat()
      .map(({ entity, ingestDate, eventDate, rows }) => `${entity} ${ingestDate} ${eventDate} ${rows}`)
      .sort();
  const noteKeys = async () => (await notes.list('refused/')).map(({ key }) => key);
  const note = async (key: string) => JSON.parse(Buffer.from((await notes.get(key))!).toString('utf8')) as unknown;
  return { take, drop, bronze, log, noteKeys, note, ...telemetry };
}

const CSV = 'order_id,at\n1,2026-01-05T10:00:00Z\n2,2026-01-06T10:00:00Z\n';

describe('a dropped file', () => {
  it('is taken: events and bare records, arrived when it was uploaded or as its folder says', async () => {
    const { drop, bronze, log, noteKeys, counts } = drops();
    await drop('events/a.jsonl.gz', gzipSync(`${order(1)}\n{cut\n`));
    await drop('orders/shop/ingest_date=2026-01-09/b.csv', CSV);
    expect(await bronze()).toEqual([
      'orders 2026-01-09 2026-01-05 1',
      'orders 2026-01-09 2026-01-06 1',
      'orders 2026-02-01 2026-01-15 1',
      'unparsable 2026-02-01 unknown 1',
    ]);
    expect([...(await log.read()).files.values()].map(({ name, records }) => [name, records])).toEqual([
      [join(root, 'landing/events/a.jsonl.gz'), 2],
      [join(root, 'landing/orders/shop/ingest_date=2026-01-09/b.csv'), 2],
    ]);
    expect(await noteKeys()).toEqual([]);
    expect(counts).toEqual({ FilesIngested: 2, RecordsReceived: 4, RecordsUnparsable: 1 });
  });

  it('changes nothing when it is told of again, or comes again under another name', async () => {
    const { take, drop, bronze, log, counts } = drops();
    await drop('orders/a.csv', CSV);
    const before = await bronze();
    const { seq } = await log.read();
    await take(created('orders/a.csv'));
    await drop('orders/copy of a.csv', CSV);
    await Promise.all([take(created('orders/a.csv')), take(created('orders/copy of a.csv'))]);
    expect(await bronze()).toEqual(before);
    expect((await log.read()).seq).toBe(seq);
    expect(counts).toMatchObject({ FilesIngested: 1, RecordsReceived: 2 });
  });

  it('is taken once when several are told of it at the same time', async () => {
    const { take, bronze } = drops();
    mkdirSync(join(root, 'landing/orders'), { recursive: true });
    writeFileSync(join(root, 'landing/orders/a.csv'), CSV);
    await Promise.all([1, 2, 3].map(() => take(created('orders/a.csv'))));
    expect(await bronze()).toHaveLength(2);
  });

  it('is found under its key, encoded or not', async () => {
    const { take, drop, bronze, noteKeys } = drops();
    await drop('orders/a+b %41.csv', CSV);
    writeFileSync(join(root, 'landing/orders/c d+é.jsonl'), '{"order_id":"3","at":"2026-01-07T00:00:00Z"}');
    await take(created('orders/c+d%2B%C3%A9.jsonl'));
    expect(await bronze()).toHaveLength(3);
    expect(await noteKeys()).toEqual([]);
  });
});

describe('a file that cannot be taken', () => {
  it.each([
    ['of no entity', 'ordres/a.csv', CSV, 'unknown_folder', 'did you mean orders?'],
    ['in no folder', 'a.csv', CSV, 'unknown_folder', 'in no folder'],
    ['of an unknown format', 'orders/a.xlsx', 'PK', 'unknown_format', 'known format'],
    ['without envelopes among events', 'events/a.csv', CSV, 'no_envelope', 'no envelope'],
    ['that arrived on no day', 'orders/ingest_date=2026-13-01/a.csv', CSV, 'bad_arrival', '2026-13-01'],
    ['that arrives in years', 'orders/ingest_date=2062-01-01/a.csv', CSV, 'bad_arrival', 'year ahead'],
    ['without a required column', 'orders/a.csv', 'order_id\n1\n', 'bad_file', 'lacks the column at'],
    ['that is cut', 'events/a.jsonl.gz', gzipSync(order(1)).subarray(0, 30), 'bad_file', 'ends too early'],
    ['that is no Parquet', 'orders/a.parquet', 'PAR1 or so', 'bad_file', 'cannot be read'],
  ])('%s: a note says why and what to do, and nothing else happens', async (_, key, content, reason, why) => {
    const { take, drop, bronze, noteKeys, note, counts } = drops();
    await drop(key, content);
    expect(await bronze()).toEqual([]);
    const notes = [`refused/${key}.json`];
    expect(await noteKeys()).toEqual(notes);
    const said = await note(notes[0]!);
    expect(said).toEqual({
      file: join(root, 'landing', key),
      reason,
      why: expect.stringContaining(why),
      advice: expect.stringMatching(/\.$/),
      at: '2026-02-01T12:00:00Z',
    });
    expect(counts).toEqual({ FilesRefused: 1 });
    await take(created(key));
    expect(await note(notes[0]!)).toEqual(said);
  });

  it('because it is gone: a note', async () => {
    const { take, note } = drops();
    await take(created('orders/a.csv'));
    expect(await note('refused/orders/a.csv.json')).toMatchObject({ reason: 'gone' });
  });

  it('calls for no note about the note, about folders and markers', async () => {
    const { drop, take, noteKeys, counts } = drops();
    await drop('a.csv', CSV);
    await take(created('refused/a.csv.json'));
    await take(created('orders/'));
    await take(created('orders/_SUCCESS'));
    expect(await noteKeys()).toEqual(['refused/a.csv.json']);
    expect(counts).toEqual({ FilesRefused: 1 });
  });
});

describe('what is no fault of the file is thrown, so that the event comes again', () => {
  it('the landing bucket cannot be read', async () => {
    const denied = () => Promise.reject(new StorageError('S3 could not read', { cause: { name: 'AccessDenied' } }));
    const { drop, noteKeys } = drops({ landing: { sha256: denied, uri: (key) => key, put: denied } });
    await expect(drop('orders/a.csv', CSV)).rejects.toThrow('S3 could not read');
    expect(await noteKeys()).toEqual([]);
  });

  it('the warehouse cannot be written; the file is taken when it can be again', async () => {
    let down = true;
    const first = drops({
      load: (files, id) =>
        down
          ? Promise.reject(new StorageError('S3 could not write'))
          : loadFiles(files, { warehouse: join(root, 'warehouse'), id, routing: ROUTING }),
    });
    await expect(first.drop('orders/a.csv', CSV)).rejects.toThrow('S3 could not write');
    expect(first.counts).toEqual({});
    down = false;
    await first.take(created('orders/a.csv'));
    expect(await first.bronze()).toHaveLength(2);
    expect(await first.noteKeys()).toEqual([]);
  });

  it('the event is none', async () => {
    await expect(drops().take({ detail: {} })).rejects.toThrow('time');
  });
});
