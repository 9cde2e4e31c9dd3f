import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';

/** An object store in memory, for tests of what stands on one. Every call lets others go first, as a real one would. */
export class MemoryStore implements ObjectStore {
  readonly #objects = new Map<string, { bytes: Uint8Array; modifiedAt: number }>();
  /** How many objects were fetched. */
  gets = 0;

  async get(key: string): Promise<Uint8Array | undefined> {
    await undefined;
    this.gets += 1;
    return this.#objects.get(key)?.bytes.slice();
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await undefined;
    this.#objects.set(key, { bytes: bytes.slice(), modifiedAt: Date.now() });
  }

  async create(key: string, bytes: Uint8Array): Promise<boolean> {
    await undefined;
    if (this.#objects.has(key)) return false;
    this.#objects.set(key, { bytes: bytes.slice(), modifiedAt: Date.now() });
    return true;
  }

  async list(prefix: string, startAfter = ''): Promise<StoredObject[]> {
    await undefined;
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix) && key > startAfter)
      .map(([key, { bytes, modifiedAt }]) => ({ key, bytes: bytes.length, modifiedAt }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async delete(keys: readonly string[]): Promise<void> {
    await undefined;
    for (const key of keys) this.#objects.delete(key);
  }
}
