import { join } from 'node:path';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import { type StreamRecord, streamObjects } from '../../core/bronze/stream-objects.ts';
import { routeOf } from '../../core/contract/route-of.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { rowsBy } from '../athena/aws-pipeline.ts';
import { PROJECT } from '../gold/model-files.ts';
import type { Rows } from '../pipeline/pipeline.ts';
import type { Checkout } from './checkout.ts';

/** What a run has published, as `table dt`, in order. */
export interface Published {
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

  async ingest(...args: readonly string[]): Promise<void> {
    const { code, err } = await this.#checkout.sluice('ingest', '--warehouse', this.#root, ...args);
    if (code !== 0) throw new Error(err);
  }

  async reconcile(command: 'run' | 'backfill', ...args: readonly string[]): Promise<Published> {
    const ended = await this.#checkout.sluice(command, '--warehouse', this.#root, '--format', 'json', ...args);
    return publishedBy(ended);
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

/** The report of a run that has ended well. */
export function publishedBy({ code, out, err }: { code: number; out: string; err: string }): Published {
  if (code !== 0) throw new Error(`the run ended with ${code}: ${err}`);
  const report = JSON.parse(out) as { published: { table: string; dt: string }[]; waves: number };
  return { published: report.published.map(({ table, dt }) => `${table} ${dt}`).sort(), waves: report.waves };
}
