import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import { type BronzeObject, bronzePrefix } from '../../core/bronze/bronze-object.ts';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import type { Day } from '../../core/dates.ts';
import type { Commit } from '../../core/ledger/commit.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import type { Model } from '../../core/model/model.ts';
import { assembleProject, type Project } from '../../core/model/project.ts';
import type { Value } from '../../core/ports/query-engine.ts';
import { type RunRequest, reconcile } from '../../core/reconcile/reconcile.ts';
import type { RunReport } from '../../core/reconcile/run.ts';

/** A record of the only entity of these tests: its payload is `<id>,<user>,<amount>`. */
export interface Arrival {
  readonly ingestDate: Day;
  /** A day, or `unknown`. */
  readonly eventDate: string;
  readonly payload: string;
}

export type RunOptions = Partial<Omit<RunRequest, 'log' | 'project'>> & {
  readonly models?: readonly Model[];
};

/** A real warehouse in a temporary directory: real Parquet files, real DuckDB, a real log. */
export class Warehouse {
  readonly root: string;
  readonly store: DirectoryStore;
  readonly log: CommitLog;
  readonly engine: DuckDbEngine;
  readonly project: Project;
  #objects = 0;
  #runs = 0;
  #ticks = 0;
  readonly clock = (): string => new Date(Date.UTC(2026, 0, 1) + ++this.#ticks).toISOString();

  private constructor(root: string, prelude: string, project: Project) {
    this.root = root;
    this.store = new DirectoryStore(root);
    this.log = new CommitLog(this.store, this.clock);
    this.engine = new DuckDbEngine({ root, prelude, threads: 1, memory: '300MB' });
    this.project = project;
  }

  static async create(models: readonly Model[]): Promise<Warehouse> {
    const root = await mkdtemp(join(tmpdir(), 'sluice-warehouse-'));
    return new Warehouse(root, await readFile('sql/prelude.sql', 'utf8'), assembleProject(models));
  }

  async remove(): Promise<void> {
    await this.engine.close();
    await rm(this.root, { recursive: true });
  }

  /** Writes one bronze object for each arrival and event date, and commits them. */
  async arrive(arrivals: readonly Arrival[]): Promise<void> {
    const groups = new Map<string, Arrival[]>();
    for (const arrival of arrivals) {
      const prefix = bronzePrefix('event', arrival.ingestDate, arrival.eventDate);
      groups.set(prefix, [...(groups.get(prefix) ?? []), arrival]);
    }
    const bronze: BronzeObject[] = [];
    const session = await this.engine.open('test');
    for (const [prefix, records] of groups) {
      const { ingestDate, eventDate } = records[0]!;
      const columns = BRONZE_COLUMNS.map(({ name, type }) =>
        name === 'payload' ? name : `cast(null as ${type}) as ${name}`,
      );
      const values = records.map(({ payload }) => `('${payload}')`).join(', ');
      const sql = `select ${columns.join(', ')}, 'x' as dt from (values ${values}) as v(payload)`;
      const [written] = await session.write(sql, `${prefix}${++this.#objects}/`);
      const { files, bytes } = written!;
      bronze.push({ key: files[0]!, entity: 'event', ingestDate, eventDate, rows: records.length, bytes });
    }
    await session.close();
    await this.log.commit('load', () => ({ bronze }));
  }

  run(options: RunOptions = {}): Promise<RunReport> {
    const { models, ...rest } = options;
    const project = models ? assembleProject(models) : this.project;
    const run = `run-${++this.#runs}`;
    const { log, store, engine, clock } = this;
    return reconcile({ project, log, store, engine, clock, run, release: '2026-01-01', ...rest });
  }

  /** Every row of every published partition, with its table, as readers see them in one state of the ledger. */
  async rows(state?: LedgerState): Promise<Map<string, Value[][]>> {
    const { partitions } = state ?? (await this.log.read());
    const session = await this.engine.open('test');
    const tables = new Map<string, Value[][]>();
    for (const [table, { output }] of this.project.tables) {
      const files = [...(partitions.get(table)?.values() ?? [])].flatMap((version) => version.files);
      const relation = table.replace('.', '_');
      await session.define({ name: relation, columns: output.columns, partitionedBy: ['dt'], files });
      const { rows } = await session.query(`select dt, * exclude (dt) from ${relation} order by all`);
      tables.set(table, rows as Value[][]);
    }
    await session.close();
    return tables;
  }

  /** The whole log. */
  async commits(): Promise<Commit[]> {
    const keys = (await this.store.list('log/commits/')).map(({ key }) => key);
    return Promise.all(
      keys.map(async (key) => JSON.parse(new TextDecoder().decode(await this.store.get(key))) as Commit),
    );
  }

  /** Published partitions, as `table dt`, with their checksums. */
  async checksums(): Promise<Map<string, string>> {
    const { partitions } = await this.log.read();
    const versions = [...partitions.values()].flatMap((table) => [...table.values()]);
    return new Map(versions.map(({ table, dt, checksum }): [string, string] => [`${table} ${dt}`, checksum]).sort());
  }
}
