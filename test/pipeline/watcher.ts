import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import type { LedgerState, Published } from '../../core/ledger/state.ts';

/**
 * A reader that never stops while others write: reads the log, then the files of everything that is new in it. Remembers
 * what no reader must ever see: a published file that is not there or cannot be read, other rows than were published, a
 * partition that has gone without being retired.
 */
export class Watcher {
  readonly violations: string[] = [];
  /** How often it read the log, and how many versions of partitions it read. */
  polls = 0;
  versions = 0;
  readonly #root: string;
  readonly #log: CommitLog;
  #seen = new Map<string, Published>();
  #seq = 0;
  #stopped = false;
  readonly #watching: Promise<void>;

  constructor(root: string) {
    this.#root = root;
    this.#log = new CommitLog(new DirectoryStore(root), () => '');
    this.#watching = this.#watch();
  }

  /** Looks a last time. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    const rowsOf = async (paths: readonly string[]): Promise<number> => {
      const files = paths.map((path) => `'${path}'`).join(', ');
      // Not the footer alone: every column chunk is read.
      const reader = await connection.runAndReadAll(`select count(hash(columns(*))) from read_parquet([${files}])`);
      return Number(reader.getRows()[0]![0]);
    };
    for (let last = false; !last; ) {
      last = this.#stopped;
      const state = await this.#log.read();
      this.polls += 1;
      const now = new Map(
        [...state.partitions.values()].flatMap((versions) =>
          [...versions.values()].map((version) => [`${version.table} ${version.dt}`, version] as const),
        ),
      );
      await this.#expectNothingGone(state, now);
      for (const [name, version] of now) {
        if (this.#seen.get(name)?.seq === version.seq) continue;
        this.versions += 1;
        await this.#expectWhole(name, version, rowsOf);
      }
      this.#seen = now;
      this.#seq = state.seq;
      if (!last) await sleep(10);
    }
    connection.closeSync();
  }

  async #expectNothingGone(state: LedgerState, now: ReadonlyMap<string, Published>): Promise<void> {
    if (state.seq < this.#seq) this.violations.push(`the log went back from ${this.#seq} to ${state.seq}`);
    const gone = [...this.#seen.keys()].filter((name) => !now.has(name));
    if (gone.length === 0) return;
    const since = (await this.#log.commits()).filter(({ seq }) => seq > this.#seq && seq <= state.seq);
    const retired = new Set(since.flatMap(({ retire = [] }) => retire.map(({ table, dt }) => `${table} ${dt}`)));
    for (const name of gone) if (!retired.has(name)) this.violations.push(`${name} has gone without being retired`);
  }

  async #expectWhole(
    name: string,
    version: Published,
    rowsOf: (paths: readonly string[]) => Promise<number>,
  ): Promise<void> {
    const paths = version.files.map((key) => join(this.#root, key));
    try {
      for (const path of paths) await access(path);
      const rows = paths.length > 0 ? await rowsOf(paths) : 0;
      if (rows !== version.rows) this.violations.push(`${name}: ${version.rows} rows published, ${rows} read`);
    } catch (error) {
      // What was superseded while it was read may have been collected.
      const present = (await this.#log.read()).partitions.get(version.table)?.get(version.dt);
      if (present?.seq === version.seq) this.violations.push(`${name}: ${(error as Error).message}`);
    }
  }
}
