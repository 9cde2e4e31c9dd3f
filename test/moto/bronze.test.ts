import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { s3BulkLoader } from '../../adapters/aws/s3-bulk-loader.ts';
import { mergeInS3 } from '../../adapters/aws/s3-merge-objects.ts';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import { ROUTING } from '../bronze/temporary-warehouse.ts';
import { newStore } from '../emulators/buckets.ts';
import { s3At } from '../emulators/clients.ts';
import { bulkLoaderSuite } from '../ports/bulk-loader-suite.ts';
import { mergeObjectsSuite } from '../ports/merge-objects-suite.ts';

const endpoint = inject('moto');

describe.skipIf(!endpoint)('Bronze over moto', () => {
  const client = s3At(endpoint!);
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'sluice-bronze-'));
  });
  afterAll(async () => {
    expect(await readdir(scratch), 'left behind').toEqual([]);
    await rm(scratch, { recursive: true });
  });

  mergeObjectsSuite('mergeInS3', async () => {
    const store = await newStore(client);
    return { store, merge: mergeInS3(store, scratch) };
  });

  bulkLoaderSuite('s3BulkLoader', async () => {
    const landing = await newStore(client);
    const store = await newStore(client);
    return {
      load: s3BulkLoader({ landing, warehouse: store, routing: ROUTING, scratch }),
      put: async (name, content) => {
        await landing.put(`drops/${name}`, content);
        return landing.uri(`drops/${name}`);
      },
      store,
      close: async () => {},
    };
  });

  it('refuses a file that does not fit on the disk, one that was replaced, one that lies elsewhere; takes the others', async () => {
    const landing = await newStore(client);
    const warehouse = await newStore(client);
    const file = async (key: string, content: string): Promise<FileToLoad> => {
      await landing.put(key, new TextEncoder().encode(content));
      const format = { kind: 'json-lines', gzip: false } as const;
      const hash = await landing.sha256(key);
      return { path: landing.uri(key), hash, format, entity: null, ingestDate: '2026-02-01', arrivedAt: 0 };
    };
    const large = await file('large.jsonl', '{}\n'.repeat(400));
    const replaced = { ...(await file('replaced.jsonl', '{}')), hash: 'another' };
    const elsewhere = { ...(await file('good.jsonl', '{}')), path: '/etc/passwd' };
    const good = await file('good.jsonl', '{}\n{}\n');
    const room = async () => ({ total: 3000, free: 3000 });
    const load = s3BulkLoader({ landing, warehouse, routing: ROUTING, scratch, room });
    const { files, failures } = await load([large, replaced, elsewhere, good], 'load');
    expect(files).toEqual([{ file: good, records: 2 }]);
    expect(failures.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/^s3:\/\/.*\/large\.jsonl: 1200 bytes are too many for 3000 .*Split the file/),
      expect.stringMatching(/replaced\.jsonl: it was replaced/),
      expect.stringMatching(/^\/etc\/passwd: expected a file in s3:/),
    ]);
  });
});
