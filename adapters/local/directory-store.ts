import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';
import { storageError } from './storage-error.ts';
import { syncFolder } from './sync-files.ts';

/** The names of files being written: never listed, ignored if left behind by a crash. */
const UNFINISHED = /\.unfinished-[0-9a-f-]+$/;

/**
 * An object store in a directory. Files appear whole or not at all, and stay if the power fails; `create` is a hard link,
 * which only one writer can win.
 */
export class DirectoryStore implements ObjectStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return readFile(join(this.#root, key)).catch(unless('ENOENT', undefined));
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.#root, key);
    await rename(await this.#write(path, bytes), path);
    await syncFolder(dirname(path));
  }

  async create(key: string, bytes: Uint8Array): Promise<boolean> {
    const path = join(this.#root, key);
    const unfinished = await this.#write(path, bytes);
    try {
      await link(unfinished, path);
    } catch (error) {
      return unless('EEXIST', false)(error);
    } finally {
      await unlink(unfinished);
    }
    await syncFolder(dirname(path));
    return true;
  }

  async list(prefix: string, startAfter = ''): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    const walk = async (folder: string): Promise<void> => {
      const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch(unless('ENOENT', []));
      for (const entry of entries) {
        const key = `${folder}${entry.name}`;
        if (entry.isDirectory()) {
          const below = `${key}/`;
          const isBefore = below < startAfter && !startAfter.startsWith(below);
          if (!isBefore && (below.startsWith(prefix) || prefix.startsWith(below))) await walk(below);
        } else if (key.startsWith(prefix) && key > startAfter && !UNFINISHED.test(key)) {
          const status = await stat(join(this.#root, key)).catch(unless('ENOENT', undefined));
          if (status) found.push({ key, bytes: status.size, modifiedAt: status.mtimeMs });
        }
      }
    };
    await walk(prefix.slice(0, prefix.lastIndexOf('/') + 1));
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (const key of keys) await rm(join(this.#root, key), { force: true });
  }

  async #write(path: string, bytes: Uint8Array): Promise<string> {
    const unfinished = `${path}.unfinished-${randomUUID()}`;
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(unfinished, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => {});
      throw storageError(error, this.#root);
    }
    return unfinished;
  }
}

/** For `catch`: the value instead of an error with that code; other errors go on. */
function unless<T>(code: string, value: T): (error: unknown) => T {
  return (error) => {
    if ((error as NodeJS.ErrnoException).code === code) return value;
    throw error;
  };
}
