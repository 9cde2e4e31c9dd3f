import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';
import { errorCode, httpStatus, isPassing } from './aws-error.ts';
import { backOff, type Pause } from './back-off.ts';
import { s3Error } from './s3-error.ts';
import { ATTEMPTS, tryAgain } from './try-again.ts';

/** S3's limit. */
const KEYS_A_DELETION = 1000;
const KEYS_SHOWN = 5;

/**
 * An object store in an S3 bucket. The SDK retries requests; what it does not retry, this does: a body that breaks off, an
 * upload that is a stream, a conditional write that collides with another, single keys of a deletion.
 *
 * @throws StorageError from every method, saying what S3 refused and what to do
 */
export class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #pause: Pause;

  constructor(client: S3Client, bucket: string, pause: Pause = backOff) {
    this.#client = client;
    this.#bucket = bucket;
    this.#pause = pause;
  }

  /** How others than this store name one of its objects. */
  uri(key: string): string {
    return `s3://${this.#bucket}/${key}`;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#do('read', key, async () => {
      const found = await this.#open(key);
      return found && (await found.Body!.transformToByteArray());
    });
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#do('write', key, () => this.#client.send(this.#putting(key, bytes)));
  }

  /**
   * S3 decides among several by itself (`If-None-Match: *`). A retry after an answer that was lost finds its own object and
   * says false: who must know reads what is there.
   */
  async create(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.#do('create', key, async () => {
      try {
        await this.#client.send(this.#putting(key, bytes, { IfNoneMatch: '*' }));
        return true;
      } catch (error) {
        if (httpStatus(error) === 412 || errorCode(error) === 'PreconditionFailed') return false;
        throw error;
      }
    });
  }

  async list(prefix: string, startAfter?: string): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    let token: string | undefined;
    do {
      const page = await this.#do('list', prefix, () =>
        this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: prefix,
            // XML has no way to write some characters that keys may have.
            EncodingType: 'url',
            ...(startAfter ? { StartAfter: startAfter } : {}),
            ...(token ? { ContinuationToken: token } : {}),
          }),
        ),
      );
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        const key = decodeURIComponent(Key!.replaceAll('+', ' '));
        found.push({ key, bytes: Size!, modifiedAt: LastModified!.getTime() });
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
    return found;
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += KEYS_A_DELETION) {
      await this.#deleteBatch(keys.slice(from, from + KEYS_A_DELETION));
    }
  }

  /**
   * Writes an object to a file, a piece at a time. Returns its size.
   *
   * @param admit told the size before anything is written; what it throws ends the download
   */
  async download(key: string, path: string, admit: (bytes: number) => void = () => {}): Promise<number> {
    const first = await this.#do('read', key, () => this.#existing(key));
    try {
      admit(first.ContentLength!);
      await mkdir(dirname(path), { recursive: true });
    } catch (error) {
      (first.Body as Readable).destroy();
      throw error;
    }
    let opened: GetObjectCommandOutput | undefined = first;
    return this.#do('read', key, async () => {
      const object = opened ?? (await this.#existing(key));
      opened = undefined;
      return save(object, path);
    });
  }

  /** The SHA-256 of an object's bytes, lower-case hex; read a piece at a time. */
  async sha256(key: string): Promise<string> {
    return this.#do('read', key, async () => {
      const { Body } = await this.#existing(key);
      const hash = createHash('sha256');
      await pipeline(Body as Readable, hash);
      return hash.digest('hex');
    });
  }

  /** Writes a file as an object, a piece at a time. Returns its size. */
  async upload(path: string, key: string): Promise<number> {
    const { size } = await stat(path);
    await this.#do('write', key, async () => {
      const body = createReadStream(path, { highWaterMark: 1 << 18 });
      try {
        await this.#client.send(this.#putting(key, body, { ContentLength: size }));
      } finally {
        body.destroy();
      }
    });
    return size;
  }

  async #open(key: string): Promise<GetObjectCommandOutput | undefined> {
    try {
      return await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' }));
    } catch (error) {
      if (errorCode(error) === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  async #existing(key: string): Promise<GetObjectCommandOutput> {
    const found = await this.#open(key);
    if (!found) throw Object.assign(new Error(`${key} does not exist`), { name: 'NoSuchKey' });
    return found;
  }

  #putting(key: string, body: Uint8Array | Readable, more: { IfNoneMatch?: '*'; ContentLength?: number } = {}) {
    return new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, ...more });
  }

  async #deleteBatch(keys: readonly string[]): Promise<void> {
    let left = keys;
    for (let attempt = 1; left.length > 0; attempt++) {
      const objects = left.map((Key) => ({ Key }));
      const { Errors = [] } = await this.#do('delete', left[0]!, () =>
        this.#client.send(
          new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects: objects, Quiet: true } }),
        ),
      );
      const failed = Errors.filter(({ Code }) => Code !== 'NoSuchKey');
      const first = failed.find(({ Code }) => !isPassing({ name: Code })) ?? failed[0];
      if (!first) return;
      if (attempt === ATTEMPTS || !isPassing({ name: first.Code })) {
        const shown = failed.slice(0, KEYS_SHOWN).map(({ Key, Code }) => `${Key} (${Code})`);
        const others = failed.length > KEYS_SHOWN ? ` and ${failed.length - KEYS_SHOWN} others` : '';
        const cause = Object.assign(new Error(first.Message ?? first.Code), { name: first.Code ?? 'Error' });
        throw s3Error(cause, 'delete', `${shown.join(', ')}${others} of s3://${this.#bucket}`);
      }
      left = failed.map(({ Key }) => Key!);
      await this.#pause(attempt);
    }
  }

  async #do<T>(what: string, key: string, attempt: () => Promise<T>): Promise<T> {
    try {
      return await tryAgain(this.#pause, attempt);
    } catch (error) {
      throw isOfFile(error) ? error : s3Error(error, what, this.uri(key));
    }
  }
}

/** Writes the body of an object to a file: all of it or nothing. Returns its size. */
async function save({ Body, ContentLength }: GetObjectCommandOutput, path: string): Promise<number> {
  try {
    await pipeline(Body as Readable, createWriteStream(path));
    const { size } = await stat(path);
    if (size === ContentLength) return size;
    throw Object.assign(new Error(`${size} of ${ContentLength} bytes arrived`), { code: 'ETRUNCATED' });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** About a file of this machine, not about S3. */
function isOfFile(error: unknown): boolean {
  const { code = '', path } = error as NodeJS.ErrnoException;
  return path !== undefined || /^(ENOSPC|EDQUOT|EFBIG)$/.test(code);
}
