import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BronzeObject } from '../../../core/bronze/bronze-object.ts';
import type { BronzeRow } from '../../../core/bronze/bronze-row.ts';
import { encodeObjects } from '../../../core/bronze/encode-objects.ts';
import type { Day } from '../../../core/dates.ts';

const MOST_ROWS = 100_000;
const MOST_CHARACTERS = 32 << 20;

/** Writes rows as bronze objects into a directory, a bounded number at a time. `name` gives a fresh name for each time. */
export class RowWriter {
  readonly #warehouse: string;
  readonly #name: () => string;
  readonly #rows = new Map<Day, BronzeRow[]>();
  readonly #objects: BronzeObject[] = [];
  #pendingRows = 0;
  #pendingCharacters = 0;

  constructor(warehouse: string, name: () => string) {
    this.#warehouse = warehouse;
    this.#name = name;
  }

  /** Takes a row; true if it is time to `flush`. */
  add(ingestDate: Day, row: BronzeRow): boolean {
    const rows = this.#rows.get(ingestDate);
    if (rows) rows.push(row);
    else this.#rows.set(ingestDate, [row]);
    this.#pendingRows++;
    this.#pendingCharacters += row.record.payload.length;
    return this.#pendingRows >= MOST_ROWS || this.#pendingCharacters >= MOST_CHARACTERS;
  }

  async flush(): Promise<void> {
    const name = this.#name();
    for (const [ingestDate, rows] of this.#rows) {
      for (const { object, content } of encodeObjects(rows, ingestDate, () => name)) {
        const path = join(this.#warehouse, object.key);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, content, { flag: 'wx' });
        this.#objects.push(object);
      }
    }
    this.#rows.clear();
    this.#pendingRows = 0;
    this.#pendingCharacters = 0;
  }

  /** Writes what is left. Returns all objects written. */
  async finish(): Promise<BronzeObject[]> {
    await this.flush();
    return this.#objects;
  }

  /** Deletes what was written. */
  async discard(): Promise<void> {
    this.#rows.clear();
    for (const { key } of this.#objects.splice(0)) await rm(join(this.#warehouse, key), { force: true });
  }
}
