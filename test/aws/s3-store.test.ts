import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { S3Store } from '../../adapters/aws/s3-store.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';

const s3 = mockClient(S3Client);
const pauses: number[] = [];
const store = new S3Store(new S3Client({ region: 'us-east-1' }), 'b', async (attempt) => {
  pauses.push(attempt);
});
const bytes = new Uint8Array(1);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-mocked-s3-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  s3.reset();
  pauses.length = 0;
});

/** What S3 says, after so many attempts of the SDK. */
function refusal(name: string, httpStatusCode: number, attempts = 1): S3ServiceException {
  return new S3ServiceException({
    name,
    message: `${name}.`,
    $fault: 'client',
    $metadata: { httpStatusCode, attempts },
  });
}

/** A body that the SDK would give. */
function body(stream: Readable, ContentLength: number): GetObjectCommandOutput {
  const transformToByteArray = async () => Buffer.concat(await stream.toArray());
  return { Body: Object.assign(stream, { transformToByteArray }), ContentLength, $metadata: {} } as never;
}

function broken(): Readable {
  return Readable.from(
    (async function* () {
      yield Buffer.from('hal');
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    })(),
  );
}

describe('S3Store, creating', () => {
  it('asks S3 to create only what is not there, and says no if it is', async () => {
    s3.on(PutObjectCommand).resolvesOnce({}).rejectsOnce(refusal('PreconditionFailed', 412));
    expect(await store.create('k', bytes)).toBe(true);
    expect(await store.create('k', bytes)).toBe(false);
    expect(s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input.IfNoneMatch)).toEqual(['*', '*']);
    expect(pauses).toEqual([]);
  });

  it('tries again when two collided, until one of them is there', async () => {
    const conflict = refusal('ConditionalRequestConflict', 409);
    s3.on(PutObjectCommand).rejectsOnce(conflict).rejectsOnce(conflict).resolvesOnce({});
    expect(await store.create('k', bytes)).toBe(true);
    s3.reset();
    s3.on(PutObjectCommand).rejectsOnce(conflict).rejects(refusal('PreconditionFailed', 412));
    expect(await store.create('k', bytes)).toBe(false);
    expect(pauses).toEqual([1, 2, 1]);
  });

  it('says no to its own object after an answer that was lost; the log knows it for its own', async () => {
    const stored = new Map<string, Uint8Array>();
    s3.on(ListObjectsV2Command).resolves({});
    s3.on(PutObjectCommand).callsFake(({ Key, Body }: { Key: string; Body: Uint8Array }) => {
      if (stored.has(Key)) throw refusal('PreconditionFailed', 412);
      stored.set(Key, Body);
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    });
    s3.on(GetObjectCommand).callsFake(({ Key }: { Key: string }) => {
      const found = stored.get(Key);
      if (!found) throw refusal('NoSuchKey', 404);
      return body(Readable.from([Buffer.from(found)]), found.length);
    });
    expect(await store.create('k', bytes)).toBe(false);
    const log = new CommitLog(store, () => '2026-01-01T00:00:00.000Z');
    expect(await log.commit('me', () => ({ publish: [] }))).toMatchObject({ seq: 1, by: 'me' });
    expect([...stored.keys()]).toEqual(['k', 'log/commits/0000000001.json']);
  });

  it('gives up on collisions that do not end', async () => {
    s3.on(PutObjectCommand).rejects(refusal('ConditionalRequestConflict', 409));
    await expect(store.create('k', bytes)).rejects.toMatchObject({
      name: 'StorageError',
      message: expect.stringContaining('could not create s3://b/k (ConditionalRequestConflict)'),
    });
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(6);
  });
});

describe('S3Store, refused', () => {
  it.each([
    [refusal('AccessDenied', 403), /AccessDenied.*grant the role/],
    [refusal('NoSuchBucket', 404), /there is no such bucket/],
    [refusal('ExpiredToken', 400), /sign in again/],
    [refusal('PermanentRedirect', 301), /another region/],
    [Object.assign(new Error('no profile'), { name: 'CredentialsProviderError' }), /no credentials/],
  ])('says what to do about %s', async (error, advice) => {
    s3.onAnyCommand().rejects(error);
    for (const attempt of [store.get('k'), store.put('k', bytes), store.create('k', bytes), store.list('k')]) {
      await expect(attempt).rejects.toMatchObject({
        name: 'StorageError',
        message: expect.stringMatching(advice),
        cause: error,
      });
    }
    expect(pauses).toEqual([]);
  });

  it('does not begin anew what the SDK has tried often enough', async () => {
    s3.on(ListObjectsV2Command).rejects(refusal('SlowDown', 503, 8));
    await expect(store.list('k')).rejects.toThrow(/SlowDown.*fewer requests/);
    expect(s3.calls()).toHaveLength(1);
  });

  it('says that S3 could not be reached, after some attempts', async () => {
    s3.on(GetObjectCommand).rejects(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }));
    await expect(store.get('k')).rejects.toThrow(/ENOTFOUND.*cannot be reached/);
    expect(pauses).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('S3Store, when a body breaks off', () => {
  it('reads again', async () => {
    s3.on(GetObjectCommand)
      .callsFakeOnce(() => body(broken(), 5))
      .callsFakeOnce(() => body(Readable.from([Buffer.from('whole')]), 5));
    expect(new TextDecoder().decode(await store.get('k'))).toBe('whole');
  });

  it('downloads again, also what came short, and leaves nothing behind if that does not help', async () => {
    s3.on(GetObjectCommand)
      .callsFakeOnce(() => body(broken(), 5))
      .callsFakeOnce(() => body(Readable.from([Buffer.from('shor')]), 5))
      .callsFakeOnce(() => body(Readable.from([Buffer.from('whole')]), 5));
    expect(await store.download('k', join(folder, 'd', 'whole'))).toBe(5);
    s3.on(GetObjectCommand).callsFake(() => body(broken(), 5));
    await expect(store.download('k', join(folder, 'd', 'broken'))).rejects.toThrow(/s3:\/\/b\/k/);
    expect(await readdir(join(folder, 'd'))).toEqual(['whole']);
  });

  it('uploads again from the start', async () => {
    const path = join(folder, 'up');
    await writeFile(path, 'x'.repeat(300_000));
    const sent: number[] = [];
    s3.on(PutObjectCommand).callsFake(async ({ Body }: { Body: Readable }) => {
      let size = 0;
      for await (const piece of Body) {
        size += (piece as Buffer).length;
        if (sent.length === 0) break;
      }
      sent.push(size);
      if (sent.length < 3) throw refusal('SlowDown', 503);
    });
    expect(await store.upload(path, 'k')).toBe(300_000);
    expect(sent).toEqual([262_144, 300_000, 300_000]);
  });
});

describe('S3Store, deleting', () => {
  const keys = Array.from({ length: 1001 }, (_, i) => `k${i}`);

  it('asks for a thousand at a time, and again for those of which S3 says that it failed', async () => {
    s3.on(DeleteObjectsCommand)
      .resolvesOnce({
        Errors: [
          { Key: 'k7', Code: 'InternalError' },
          { Key: 'k8', Code: 'SlowDown' },
        ],
      })
      .resolves({});
    await store.delete(keys);
    const asked = s3.commandCalls(DeleteObjectsCommand).map(({ args }) => args[0].input.Delete!.Objects!.length);
    expect(asked).toEqual([1000, 2, 1]);
    expect(pauses).toEqual([1]);
  });

  it('names the keys that could not be deleted, and why', async () => {
    const Errors = keys.slice(0, 7).map((Key) => ({ Key, Code: 'AccessDenied' }));
    s3.on(DeleteObjectsCommand).resolves({ Errors });
    await expect(store.delete(keys)).rejects.toMatchObject({
      name: 'StorageError',
      message: expect.stringMatching(
        /delete k0 \(AccessDenied\), .*k4 \(AccessDenied\) and 2 others of s3:\/\/b .*grant/,
      ),
    });
    expect(s3.calls()).toHaveLength(1);
  });

  it('gives up on keys that fail again and again', async () => {
    s3.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'k1', Code: 'InternalError' }] });
    await expect(store.delete(['k1', 'k2'])).rejects.toThrow('k1 (InternalError)');
    expect(pauses).toEqual([1, 2, 3, 4, 5]);
  });
});
