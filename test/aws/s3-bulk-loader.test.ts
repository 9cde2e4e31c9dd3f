import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { s3BulkLoader } from '../../adapters/aws/s3-bulk-loader.ts';
import { S3Store } from '../../adapters/aws/s3-store.ts';
import { StorageError } from '../../core/errors.ts';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import { ROUTING } from '../bronze/temporary-warehouse.ts';

const TEXT = '{}\n'.repeat(10);
const FILE: FileToLoad = {
  ...{ path: 's3://landing/events/a.jsonl', hash: createHash('sha256').update(TEXT).digest('hex') },
  ...{ format: { kind: 'json-lines', gzip: false }, entity: null, ingestDate: '2026-02-01', arrivedAt: 0 },
};
/** What loading takes of the disk. */
const WANTED = TEXT.length * 3;

/** As the loader's own disk when it is full: decompressed files are larger than they look. */
class Full extends S3Store {
  override upload(): Promise<number> {
    return Promise.reject(new StorageError('cannot write to /tmp: the disk is full; make room'));
  }
}

describe('a file that finds too little room', () => {
  const s3 = mockClient(S3Client);
  let scratch: string;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'sluice-room-'));
    s3.reset();
    s3.on(GetObjectCommand).callsFake(() => ({ Body: Readable.from([TEXT]), ContentLength: TEXT.length }));
    s3.on(PutObjectCommand).resolves({});
  });
  afterEach(async () => {
    expect(await readdir(scratch), 'left behind').toEqual([]);
    await rm(scratch, { recursive: true });
  });

  const load = (total: number, free: number, Warehouse = S3Store) => {
    const client = new S3Client({});
    const landing = new S3Store(client, 'landing');
    const warehouse = new Warehouse(client, 'warehouse');
    const room = async () => ({ total, free });
    return s3BulkLoader({ landing, warehouse, routing: ROUTING, scratch, room })([FILE], 'load');
  };

  it('is taken where there is enough of it', async () => {
    expect(await load(2 * WANTED, WANTED)).toMatchObject({ files: [{ records: 10 }], failures: [] });
  });

  it('is refused if the whole disk is too small', async () => {
    const { failures } = await load(WANTED, WANTED);
    expect(failures.map(({ error }) => [error.name, error.message])).toEqual([
      ['UsageError', expect.stringContaining(`${TEXT.length} bytes are too many for ${WANTED}`)],
    ]);
  });

  it('is to come again if others take up the disk', async () => {
    const taken = load(2 * WANTED, WANTED - 1);
    await expect(taken).rejects.toThrow(StorageError);
    await expect(taken).rejects.toThrow(`only ${WANTED - 1} of ${2 * WANTED} are free`);
  });

  it('is refused if it fills an empty disk, and is to come again if it does one that others have filled', async () => {
    const { failures } = await load(2 * WANTED, 2 * WANTED, Full);
    expect(failures[0]!.error.message).toContain('loading it filled the scratch space');
    await expect(load(2 * WANTED, WANTED, Full)).rejects.toThrow('the disk is full');
  });
});
