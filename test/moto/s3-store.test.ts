import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { S3Store } from '../../adapters/aws/s3-store.ts';
import { StorageError } from '../../core/errors.ts';
import { newStore } from '../emulators/buckets.ts';
import { s3At } from '../emulators/clients.ts';
import { committersSuite } from '../ledger/committers-suite.ts';
import { objectStoreSuite } from '../ports/object-store-suite.ts';

const endpoint = inject('moto');

describe.skipIf(!endpoint)('S3Store over moto', () => {
  const client = s3At(endpoint!);
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-s3-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  objectStoreSuite('S3Store', () => newStore(client));
  committersSuite('in S3', () => newStore(client), 8, 5);

  it('lists, pages on and deletes more than a thousand objects', async () => {
    const store = await newStore(client);
    const keys = Array.from({ length: 1105 }, (_, i) => `many/${String(i).padStart(5, '0')}`);
    for (let from = 0; from < keys.length; from += 100)
      await Promise.all(keys.slice(from, from + 100).map((key) => store.put(key, new Uint8Array(1))));
    expect((await store.list('many/')).map(({ key }) => key)).toEqual(keys);
    expect((await store.list('many/', keys[1]!)).map(({ key }) => key)).toEqual(keys.slice(2));
    await store.delete(keys.slice(0, -1));
    expect((await store.list('')).map(({ key }) => key)).toEqual(keys.slice(-1));
  });

  it('takes keys with any characters', async () => {
    const store = await newStore(client);
    const odd = [
      'plus + and space',
      'quo\'te "s"',
      'per%20cent',
      'dt=2026-01-01/a&b',
      'Ünï😀',
      '#?;:@$,<>',
      'x/\u0001control',
    ];
    for (const key of odd) await store.put(key, new TextEncoder().encode(key));
    const bytewise = [...odd].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect((await store.list('')).map(({ key }) => key)).toEqual(bytewise);
    for (const key of odd) expect(new TextDecoder().decode(await store.get(key))).toBe(key);
    // XML, in which a deletion names them, has no control characters.
    await store.delete(odd.slice(0, -1));
    expect((await store.list('')).map(({ key }) => key)).toEqual(odd.slice(-1));
  });

  it('moves files of any size between the disk and the bucket', async () => {
    const store = await newStore(client);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 1, 65_536, 3_000_001, 9_000_000), async (size) => {
        const bytes = Buffer.alloc(size, 'sluice');
        await writeFile(join(folder, 'up'), bytes);
        expect(await store.upload(join(folder, 'up'), 'a/file')).toBe(size);
        expect(Buffer.compare((await store.get('a/file'))!, bytes)).toBe(0);
        expect(await store.download('a/file', join(folder, 'new/folder/down'))).toBe(size);
        expect(Buffer.compare(await readFile(join(folder, 'new/folder/down')), bytes)).toBe(0);
      }),
      { numRuns: 5 },
    );
  });

  it('downloads nothing that is refused for its size, and says what is not there', async () => {
    const store = await newStore(client);
    await store.put('large', new Uint8Array(100));
    const path = join(folder, 'refused');
    const refuse = (bytes: number): void => {
      throw new StorageError(`${bytes} are too many`);
    };
    await expect(store.download('large', path, refuse)).rejects.toThrow(/^100 are too many$/);
    await expect(store.download('absent', path)).rejects.toMatchObject({
      name: 'StorageError',
      message: expect.stringMatching(/could not read s3:\/\/.*\/absent \(NoSuchKey\)/),
    });
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('says that there is no such bucket, and what to do', async () => {
    const store = new S3Store(client, 'no-such-bucket');
    const refused = { name: 'StorageError', message: expect.stringMatching(/NoSuchBucket.*check the name/) };
    await expect(store.get('a')).rejects.toMatchObject(refused);
    await expect(store.put('a', new Uint8Array())).rejects.toMatchObject(refused);
    await expect(store.create('a', new Uint8Array())).rejects.toMatchObject(refused);
    await expect(store.list('')).rejects.toMatchObject(refused);
    await expect(store.delete(['a'])).rejects.toMatchObject(refused);
  });
});
