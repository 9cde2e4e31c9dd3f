import { createHash } from 'node:crypto';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { findGarbage } from '../../core/ledger/find-garbage.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { functions } from '../../infra/functions.ts';
import { type FunctionName, permissions } from '../../infra/permissions.ts';
import { dropTaker } from '../../lambdas/bronze/take-drop.ts';
import { batchWriter } from '../../lambdas/bronze/write-batch.ts';
import { ROUTING } from '../bronze/temporary-warehouse.ts';
import persons from '../contract/persons.ts';
import { MemoryStore } from '../ports/memory-store.ts';
import { MODELS } from '../reconcile/models.ts';
import { Warehouse } from '../reconcile/warehouse.ts';
import { kinesisEvent, kinesisRecord, order } from './bronze/kinesis-events.ts';
import { recordedTelemetry } from './bronze/recorded-telemetry.ts';
import { Deployment } from './deployment.ts';

const NAMES = Object.keys(functions) as FunctionName[];

/** What is granted although no command of the code asks for it, and who does. */
const BEYOND_THE_CODE: Readonly<Record<string, string>> = {
  'kinesis:*': 'Lambda reads the stream in the name of the function.',
  'kms:*': 'S3 encrypts and decrypts in the name of whoever asks it.',
  'sqs:SendMessage': 'Lambda itself puts events there that it gives up.',
  's3:*': 'Held against what the functions really do, below.',
  'athena:GetDataCatalog': 'Athena asks for it when a query starts.',
  // Athena reads and writes tables in the name of whoever starts the query.
  'glue:GetTable': 'Athena',
  'glue:GetPartition': 'Athena',
  'glue:GetPartitions': 'Athena',
  'glue:BatchGetPartition': 'Athena',
  'glue:CreateTable': 'Athena',
  'glue:UpdateTable': 'Athena',
  'glue:CreatePartition': 'Athena',
  'glue:GetDatabase': 'Athena',
  'glue:DeleteTable': 'Athena, where a CREATE TABLE AS fails',
};

/** The actions that the commands in a function's bundle need; those of S3 are looked at while the functions work. */
async function actionsInCode(entry: string): Promise<Set<string>> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  });
  const code = outputFiles[0]!.text;
  const actions = new Set<string>();
  for (const [, imported, client] of code.matchAll(/import\s*\{([^}]*)\}\s*from\s*"@aws-sdk\/client-(\w+)"/g)) {
    const service = client === 'sfn' ? 'states' : client!;
    for (const name of imported!.split(',').map((part) => part.trim().split(' as ')[0]!)) {
      const command = /^(?:paginate(\w+)|(\w+)Command)$/.exec(name);
      if (command) actions.add(`${service}:${command[1] ?? command[2]}`);
    }
  }
  return actions;
}

function isBeyond(action: string): boolean {
  return action in BEYOND_THE_CODE || `${action.split(':')[0]}:*` in BEYOND_THE_CODE;
}

describe.each(NAMES)('the function %s', (name) => {
  it('may send every command that its code has, and nothing that it has not', async () => {
    const sent = [...(await actionsInCode(functions[name].entry))].filter((action) => !action.startsWith('s3:'));
    const granted = new Set(permissions[name].flatMap(({ actions }) => actions));
    expect(sent.filter((action) => !granted.has(action))).toEqual([]);
    expect([...granted].filter((action) => !sent.includes(action) && !isBeyond(action))).toEqual([]);
  });
});

/** What one function did with the objects of the warehouse: `action key`. */
type Deeds = Map<string, Set<string>>;

/** Notes what each function asks of S3. */
function watched(store: ObjectStore, deeds: Deeds, current: () => string): ObjectStore {
  const note = (action: string, keys: readonly string[]): void => {
    const done = deeds.get(current()) ?? new Set<string>();
    deeds.set(current(), done);
    for (const key of keys) done.add(`${action} ${key}`);
  };
  return {
    get: (key) => {
      note('s3:GetObject', [key]);
      return store.get(key);
    },
    put: (key, bytes) => {
      note('s3:PutObject', [key]);
      return store.put(key, bytes);
    },
    create: (key, bytes) => {
      note('s3:PutObject', [key]);
      return store.create(key, bytes);
    },
    list: (prefix, after) => {
      note('s3:ListBucket', ['']);
      return store.list(prefix, after);
    },
    delete: (keys) => {
      note('s3:DeleteObject', keys);
      return store.delete(keys);
    },
  };
}

function isGranted(name: FunctionName, deed: string, bucket = '{warehouse}'): boolean {
  const [action, key] = deed.split(' ') as [string, string];
  return permissions[name].some(
    ({ actions, resources }) =>
      actions.includes(action) &&
      resources.some((resource) => {
        if (key === '') return resource === bucket;
        return resource.endsWith('/*') && `${bucket}/${key}`.startsWith(resource.slice(0, -1));
      }),
  );
}

function refused(name: FunctionName, deeds: Deeds, bucket?: string): string[] {
  return [...(deeds.get(name) ?? [])].filter((deed) => !isGranted(name, deed, bucket));
}

const opened: Warehouse[] = [];
afterEach(async () => {
  for (const warehouse of opened.splice(0)) await warehouse.remove();
});

it('what the functions of a run do with the objects of the warehouse is granted to each of them', async () => {
  // One of them takes the key for pseudonyms, as the models of a contract with protected fields do.
  const models = MODELS.map((model) => ({ ...model, readsPseudonymKey: model.name === 'silver.event' }));
  const warehouse = await Warehouse.create(models);
  opened.push(warehouse);
  await warehouse.arrive([
    { ingestDate: '2026-01-01', eventDate: '2026-01-01', payload: 'e1,ann,5' },
    { ingestDate: '2026-01-02', eventDate: '2026-01-02', payload: 'bad,ann,1000' },
  ]);
  const deeds: Deeds = new Map();
  let current = '';
  const watching = (store: ObjectStore) => watched(store, deeds, () => current);
  const deployment = new Deployment(warehouse, undefined, watching, [{ ...persons, entity: 'event' }]);
  deployment.around = (name, handle) => {
    current = name;
    return handle();
  };
  // It fails in the end, so that what failing takes is seen, too.
  const first = await deployment.execute({}, 'daily-1');
  expect(first, JSON.stringify(first)).toMatchObject({ status: 'FAILED', error: { Error: 'AuditFailed' } });
  // Publishing often enough that a checkpoint is due.
  for (let n = 0; n < 32; n++) {
    await warehouse.arrive([{ ingestDate: '2026-01-01', eventDate: '2026-01-01', payload: `f${n},bob,1` }]);
    await deployment.execute({}, `daily-${n + 2}`);
  }
  expect(deeds.get('discover')).toContain('s3:PutObject keys/pseudonyms.json');
  expect(deeds.get('build')).toContain('s3:GetObject keys/pseudonyms.json');
  expect([...deeds.keys()].sort()).toEqual(['build', 'discover', 'finish', 'plan', 'publish']);
  for (const name of deeds.keys()) expect(refused(name as FunctionName, deeds), name).toEqual([]);

  current = 'collect';
  const store = watching(warehouse.store);
  const log = new CommitLog(store, warehouse.clock);
  const { garbage } = await findGarbage({ store, log, now: Date.parse('2100-01-01T00:00:00Z'), retentionMs: 0 });
  await store.delete(garbage.map(({ key }) => key));
  expect(garbage.map(({ key }) => key.split('/')[0])).toEqual(expect.arrayContaining(['silver', 'gold']));
  expect(refused('collect', deeds)).toEqual([]);
}, 120_000);

it('what the consumer of the stream does with objects is granted to it', async () => {
  const deeds: Deeds = new Map();
  const store = watched(new MemoryStore(), deeds, () => 'stream');
  const handler = batchWriter({ store, routing: ROUTING, ...recordedTelemetry() });
  await handler(kinesisEvent(kinesisRecord(1, order(1)), kinesisRecord(2, Buffer.from('{cut'))));
  expect([...deeds.get('stream')!].join()).toMatch(
    /s3:PutObject bronze\/entity=orders.*s3:PutObject bronze\/entity=unparsable/,
  );
  expect(refused('stream', deeds)).toEqual([]);
});

it('what the taker of drops does in the landing bucket and in the log is granted to it', async () => {
  const landed: Deeds = new Map();
  const logged: Deeds = new Map();
  const landing = watched(new MemoryStore(), landed, () => 'drop');
  const clock = () => '2026-02-01T12:00:05.000Z';
  const take = dropTaker({
    landing: {
      sha256: async (key) =>
        createHash('sha256')
          .update((await landing.get(key))!)
          .digest('hex'),
      uri: (key) => key,
      put: landing.put,
    },
    log: new CommitLog(
      watched(new MemoryStore(), logged, () => 'drop'),
      clock,
    ),
    load: async (files) => ({ objects: [], files: files.map((file) => ({ file, records: 0 })), failures: [] }),
    routing: ROUTING,
    newId: () => 'load1',
    clock,
    ...recordedTelemetry(),
  });
  const created = async (key: string) => {
    await landing.put(key, Buffer.from(key));
    landed.delete('drop');
    await take({ time: clock(), detail: { object: { key, size: key.length, etag: 'e', sequencer: '1' } } });
  };
  await created('events/a.jsonl');
  expect(refused('drop', landed, '{landing}')).toEqual([]);
  await created('nowhere/b.txt');
  expect([...landed.get('drop')!].join()).toMatch(/s3:PutObject refused\//);
  expect(refused('drop', landed, '{landing}')).toEqual([]);
  expect([...logged.get('drop')!].join()).toMatch(/s3:PutObject log\//);
  expect(refused('drop', logged)).toEqual([]);
});
