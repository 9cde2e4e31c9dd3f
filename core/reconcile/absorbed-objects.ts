import { atOnce } from '../at-once.ts';
import { decodeAbsorbed, folderOf } from '../bronze/absorbed.ts';
import type { LedgerState, ListedObject } from '../ledger/state.ts';
import type { ObjectStore } from '../ports/object-store.ts';

const READS_AT_ONCE = 32;

/** What merged objects of some partitions were made of, as far as the lists have been read. */
export class AbsorbedObjects {
  readonly #store: ObjectStore;
  readonly #folders: ReadonlySet<string>;
  readonly #read = new Set<string>();
  readonly #keys = new Set<string>();

  constructor(store: ObjectStore, folders: ReadonlySet<string>) {
    this.#store = store;
    this.#folders = folders;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Reads the lists that a state names and that have not been read. */
  async read(state: LedgerState): Promise<void> {
    await atOnce(READS_AT_ONCE, this.unread(state), async (list) => {
      const content = await this.#store.get(list);
      // Without its list, what it named is taken up again, and silver removes what repeats.
      if (content) for (const key of decodeAbsorbed(list, content)) this.#keys.add(key);
      this.#read.add(list);
    });
  }

  unread({ bronze, removed }: LedgerState): string[] {
    const lists: string[] = [];
    const add = ({ absorbed }: ListedObject): void => {
      if (absorbed !== undefined && this.#folders.has(folderOf(absorbed)) && !this.#read.has(absorbed))
        lists.push(absorbed);
    };
    for (const objects of bronze.values()) objects.forEach(add);
    removed.forEach(add);
    return lists;
  }
}
