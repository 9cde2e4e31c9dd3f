import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedEntity } from '../../adapters/local/bulk/file-to-load.ts';
import { loadFiles } from '../../adapters/local/bulk/load-files.ts';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import type { LoadedProject } from '../../adapters/local/project-files.ts';
import { UNPARSABLE } from '../../core/bronze/bronze-object.ts';
import type { StreamRecord } from '../../core/bronze/stream-objects.ts';
import { streamObjects } from '../../core/bronze/stream-objects.ts';
import { hasProtected } from '../../core/contract/protection.ts';
import { routeOf } from '../../core/contract/route-of.ts';
import { type IngestReport, ingest } from '../../core/ingest/ingest.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import { type Plan, plan } from '../../core/plan/plan.ts';
import type { BulkLoader, FileToLoad } from '../../core/ports/bulk-loader.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { QueryEngine } from '../../core/ports/query-engine.ts';
import { establishPseudonymKey } from '../../core/pseudonyms/establish-key.ts';
import { KEY_OBJECT } from '../../core/pseudonyms/pseudonym-key.ts';
import type { Compaction } from '../../core/reconcile/compact.ts';
import { discover } from '../../core/reconcile/discover.ts';
import { type RunRequest, reconcile } from '../../core/reconcile/reconcile.ts';
import { redate } from '../../core/reconcile/redate.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { KEY, keyFile } from '../contract/protected-values.ts';
import type { Delivery } from './deliveries.ts';
import { comparable, type Truth } from './truth.ts';

export type Rows = Map<string, (string | null)[][]>;

/** Ports to be used instead of the real ones. */
export interface Ports {
  readonly store?: (store: ObjectStore) => ObjectStore;
  readonly engine?: (engine: QueryEngine) => QueryEngine;
  readonly load?: (load: BulkLoader) => BulkLoader;
}

let ids = 0;

/** The whole pipeline on one directory, in this process: what the commands do, with the ports in reach. */
export class Pipeline {
  readonly root: string;
  readonly log: CommitLog;
  readonly store: ObjectStore;
  readonly #project: LoadedProject;
  readonly #duckdb: DuckDbEngine;
  readonly #engine: QueryEngine;
  readonly #load: BulkLoader;
  readonly #release: string;

  constructor(root: string, project: LoadedProject, release = '2026-01-01T00:00:00.000Z', ports: Ports = {}) {
    this.root = root;
    this.#project = project;
    this.#release = release;
    this.store = ports.store?.(new DirectoryStore(root)) ?? new DirectoryStore(root);
    this.#duckdb = new DuckDbEngine({ root, prelude: project.prelude, threads: 1, memory: '400MB' });
    this.#engine = ports.engine?.(this.#duckdb) ?? this.#duckdb;
    const load: BulkLoader = (files, id) => loadFiles(files, { warehouse: root, id, routing: this.#routing });
    this.#load = ports.load?.(load) ?? load;
    this.log = new CommitLog(this.store, clock);
  }

  close(): Promise<void> {
    return this.#duckdb.close();
  }

  ingest(files: readonly FileToLoad[]): Promise<IngestReport> {
    const routing = this.#routing;
    return ingest({ log: this.log, load: this.#load, files, routing, newId: () => newId('load'), clock });
  }

  /** Writes records as the stream's consumer does; `redelivered` batches land on themselves. */
  async stream(records: readonly StreamRecord[]): Promise<void> {
    for (const { object, content } of streamObjects(records, this.#routing)) await this.store.put(object.key, content);
  }

  /**
   * @param today lets the run find stream objects that arrived on these days
   * @param compaction merges the small ones among them
   */
  async run(
    options: Partial<RunRequest> & { readonly today?: string; readonly compaction?: Compaction } = {},
  ): Promise<RunReport> {
    const run = newId('run');
    const { today, compaction, ...rest } = options;
    const entities = [...this.#project.contracts.map(({ entity }) => entity), UNPARSABLE];
    if (today)
      await discover({
        log: this.log,
        store: this.store,
        entities,
        today,
        by: run,
        ...(compaction ? { compaction } : {}),
      });
    await redate({ log: this.log, store: this.store, routing: this.#routing, clock, by: run });
    await this.#establishKey(run);
    const parts = { project: this.#project, log: this.log, store: this.store, engine: this.#engine, clock };
    return reconcile({ ...parts, run, release: this.#release, ...rest });
  }

  /** The same for all pipelines, so that what two of them publish can be compared. */
  async #establishKey(run: string): Promise<void> {
    if (!this.#project.contracts.some(({ fields }) => hasProtected(fields))) return;
    await this.store.create(KEY_OBJECT, new TextEncoder().encode(keyFile(KEY)));
    await establishPseudonymKey(this.store, this.log, run);
  }

  async plan(): Promise<Plan> {
    const state = await this.log.read();
    return plan({ project: this.#project, state, basis: state.seq, release: this.#release, failed: new Set() });
  }

  /**
   * Every row of every table as text, `dt` last, in one order: what readers see in a state of the log.
   *
   * @param without columns to leave out
   */
  async rows(state?: LedgerState, without: readonly string[] = []): Promise<Rows> {
    const { partitions } = state ?? (await this.log.read());
    const session = await this.#duckdb.open('test');
    try {
      const tables: Rows = new Map();
      for (const [table, { output }] of this.#project.tables) {
        const files = [...(partitions.get(table)?.values() ?? [])].flatMap((version) => version.files);
        const relation = table.replace('.', '_');
        await session.define({ name: relation, columns: output.columns, partitionedBy: ['dt'], files });
        const shown = output.columns.filter(({ name }) => !without.includes(name));
        const columns = [...shown.map(({ name }) => name), 'dt'];
        const { rows } = await session.query(
          `select ${columns.map((name) => `cast("${name}" as varchar)`).join(', ')} from ${relation}`,
        );
        tables.set(table, comparable(rows as (string | null)[][], shown));
      }
      return tables;
    } finally {
      await session.close();
    }
  }

  /** The truth's tables with their rows as `rows` gives them. */
  expected(truth: Truth): Rows {
    return new Map(
      [...truth.tables].map(([table, rows]) => [
        table,
        comparable(rows, this.#project.tables.get(table)!.output.columns),
      ]),
    );
  }

  get #routing(): LoadedEntity[] {
    return this.#project.contracts.map(routeOf);
  }
}

function clock(): string {
  return new Date().toISOString();
}

function newId(what: string): string {
  return `${what}-${process.pid}-${++ids}`;
}

/** Writes deliveries as files, one for each day of arrival: `<folder>/ingest_date=D/<name>.jsonl`. */
export async function writeFiles(
  folder: string,
  name: string,
  sent: readonly Pick<Delivery, 'line' | 'arrival'>[],
): Promise<FileToLoad[]> {
  const files: FileToLoad[] = [];
  for (const ingestDate of new Set(sent.map(({ arrival }) => arrival))) {
    const lines = sent.filter(({ arrival }) => arrival === ingestDate).map(({ line }) => line);
    const path = join(folder, `ingest_date=${ingestDate}`, `${name}.jsonl`);
    // A file is known by its content: blanks at its end make those of every batch different.
    const content = `${lines.join('\n')}\n${' '.repeat(1 + files.length)}\n${name.replaceAll(/./g, (c) => ' '.repeat(c.charCodeAt(0)))}\n`;
    await mkdir(join(folder, `ingest_date=${ingestDate}`), { recursive: true });
    await writeFile(path, content);
    const hash = createHash('sha256').update(content).digest('hex');
    const format = { kind: 'json-lines', gzip: false } as const;
    files.push({ path, hash, format, entity: null, ingestDate, arrivedAt: Date.parse(`${ingestDate}T00:00:00Z`) });
  }
  return files;
}

/** Entities and days whose records do not add up, or are not what was sent; empty if the balance holds. */
export function imbalances(rows: Rows, { received }: Truth): string[] {
  const found: string[] = [];
  const counted = new Map<string, number>();
  for (const [table, balances] of rows) {
    if (!table.startsWith('ops.balance_')) continue;
    for (const [entity, all, accepted, quarantined, duplicates, , dt] of balances) {
      if (Number(all) !== Number(accepted) + Number(quarantined) + Number(duplicates))
        found.push(`${entity} ${dt}: ${all} is not ${accepted} + ${quarantined} + ${duplicates}`);
      if (Number(all) > 0) counted.set(`${entity} ${dt}`, Number(all));
    }
  }
  for (const name of new Set([...received.keys(), ...counted.keys()])) {
    const [sent, seen] = [received.get(name) ?? 0, counted.get(name) ?? 0];
    if (sent !== seen) found.push(`${name}: ${sent} sent, ${seen} received`);
  }
  return found;
}
