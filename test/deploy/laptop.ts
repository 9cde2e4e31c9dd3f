import { join } from 'node:path';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import { type StreamRecord, streamObjects } from '../../core/bronze/stream-objects.ts';
import { routeOf } from '../../core/contract/route-of.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { rowsBy } from '../athena/aws-pipeline.ts';
import { PROJECT } from '../gold/model-files.ts';
import type { Rows } from '../pipeline/pipeline.ts';
import type { Checkout, Ended } from './checkout.ts';

interface Published {
  /** As `table dt`, in order. */
  readonly published: string[];
  readonly waves: number;
}

/** A warehouse on this machine, worked by the command line of the same checkout. */
export class Laptop {
  readonly #checkout: Checkout;
  readonly #root: string;
  readonly #store: DirectoryStore;

  constructor(checkout: Checkout) {
    this.#checkout = checkout;
    this.#root = join(checkout.root, 'warehouse');
    this.#store = new DirectoryStore(this.#root);
  }

  /** Of the pseudonyms: those of two warehouses are the same if their keys are. */
  async takeKey(key: string, bytes: Uint8Array): Promise<void> {
    await this.#store.put(key, bytes);
  }

  /** What the stream's consumer would write of a batch. */
  async stream(records: readonly StreamRecord[]): Promise<void> {
    const routing = PROJECT.contracts.map(routeOf);
    for (const { object, content } of streamObjects(records, routing)) await this.#store.put(object.key, content);
  }

  /** What a command writes. @throws Error if it fails */
  async sluice(...args: readonly string[]): Promise<string> {
    return outputOf(await this.#checkout.sluice(...args, '--warehouse', this.#root));
  }

  async rows(): Promise<Rows> {
    const engine = new DuckDbEngine({ root: this.#root, prelude: PROJECT.prelude, threads: 1, memory: '400MB' });
    const { log } = this;
    try {
      return await rowsBy(engine, PROJECT, await log.read());
    } finally {
      await engine.close();
    }
  }

  get log(): CommitLog {
    return new CommitLog(this.#store, () => '');
  }
}

/** @throws Error if a command failed */
export function outputOf({ code, out, err }: Ended): string {
  if (code === 0) return out;
  throw new Error(`ended with ${code}: ${err}`);
}

/** What a run has published. */
export function publishedIn(report: string): Published {
  const { published, waves } = JSON.parse(report) as { published: { table: string; dt: string }[]; waves: number };
  return { published: published.map(({ table, dt }) => `${table} ${dt}`).sort(), waves };
}
