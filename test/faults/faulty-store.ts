import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';
import { type Faults, InjectedFault } from './faults.ts';

/**
 * A store as bad as a network can make it. Besides errors before and after the effect: a `create` that took effect and is
 * refused, because the client's own second attempt found the first; one whose request arrives after its error was
 * reported; a list that misses the newest keys; a replaced object of which the old bytes are read; a deletion of a part.
 */
export class FaultyStore implements ObjectStore {
  readonly #store: ObjectStore;
  readonly #faults: Faults;
  /** The bytes before the last `put`. */
  readonly #replaced = new Map<string, Uint8Array | undefined>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(store: ObjectStore, faults: Faults) {
    this.#store = store;
    this.#faults = faults;
  }

  /** Waits for requests that were reported as failed and are still under way. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    if (this.#replaced.has(key) && this.#faults.draw('get', ['stale'])) return this.#replaced.get(key);
    return this.#faults.around('get', () => this.#store.get(key));
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#replaced.set(key, await this.#store.get(key));
    await this.#faults.around('put', () => this.#store.put(key, bytes));
  }

  async create(key: string, bytes: Uint8Array): Promise<boolean> {
    const kind = this.#faults.draw('create', ['refused', 'late', 'around', 'around']);
    if (kind === 'refused') {
      await this.#store.create(key, bytes);
      return false;
    }
    if (kind === 'late') {
      const request = sleep(5 + this.#faults.choose(60)).then(() => this.#store.create(key, bytes));
      this.#underWay.add(request);
      throw new InjectedFault('create timed out');
    }
    return kind === 'around'
      ? this.#faults.around('create', () => this.#store.create(key, bytes))
      : this.#store.create(key, bytes);
  }

  async list(prefix: string, startAfter?: string): Promise<StoredObject[]> {
    const found = await this.#faults.around('list', () => this.#store.list(prefix, startAfter));
    return found.length > 0 && this.#faults.draw('list', ['stale'])
      ? found.slice(0, -1 - this.#faults.choose(Math.min(3, found.length)))
      : found;
  }

  async delete(keys: readonly string[]): Promise<void> {
    if (this.#faults.draw('delete', ['partial'])) {
      await this.#store.delete(keys.filter((_, i) => i % 2 === 0));
      throw new InjectedFault('delete failed for some keys');
    }
    await this.#faults.around('delete', () => this.#store.delete(keys));
  }
}
