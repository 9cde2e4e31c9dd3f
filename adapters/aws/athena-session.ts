import type { ObjectStore } from '../../core/ports/object-store.ts';
import type {
  DayContent,
  EngineSession,
  QueryResult,
  Relation,
  ValuesRelation,
  WrittenPartition,
} from '../../core/ports/query-engine.ts';
import type { AthenaQueries, AthenaStatistics } from './athena-queries.ts';
import { AthenaViews } from './athena-views.ts';
import type { StagingDatabase } from './staging-database.ts';
import { partitionValue, stagingTable } from './staging-table.ts';
import { valuesParquet, valuesTable } from './staging-values.ts';

export interface AthenaSessionOptions {
  readonly queries: AthenaQueries;
  readonly staging: StagingDatabase;
  readonly store: ObjectStore;
  readonly bucket: string;
  /** Of the session, in the warehouse. */
  readonly folder: string;
  readonly onLeftBehind?: (error: unknown) => void;
}

/** Objects that are written at once. */
const PUTS = 16;

/** A session in Athena: relations are Glue tables of a database of its own, views are text put before what reads them. */
export class AthenaSession implements EngineSession {
  readonly #options: AthenaSessionOptions;
  readonly #views = new AthenaViews();
  #writes = 0;

  constructor(options: AthenaSessionOptions) {
    this.#options = options;
  }

  /** What its queries took so far; those of a session that went on in this process included, once. */
  get statistics(): AthenaStatistics {
    return this.#options.queries.statistics;
  }

  async define(relation: Relation | ValuesRelation): Promise<void> {
    const { staging, store, bucket, folder } = this.#options;
    if ('rows' in relation) {
      const key = `${folder}${relation.name}/`;
      const bytes = valuesParquet(relation);
      // Not written over: a query that goes on from before may be reading it.
      if (bytes) await store.create(`${key}values.parquet`, bytes);
      return staging.createTable(valuesTable(relation, `s3://${bucket}/${key}`));
    }
    const { table, partitions, manifests } = stagingTable(relation, bucket, folder);
    for (let start = 0; start < manifests.length; start += PUTS) {
      const some = manifests.slice(start, start + PUTS);
      await Promise.all(some.map(({ key, text }) => store.create(key, new TextEncoder().encode(text))));
    }
    await staging.createTable(table, partitions);
  }

  async derive(name: string, sql: string, as: 'table' | 'view'): Promise<void> {
    if (as === 'view') this.#views.add(name, sql);
    else await this.#createTable(name, `${this.#options.folder}${name}/`, "write_compression = 'SNAPPY'", sql);
  }

  async write(sql: string, prefix: string): Promise<WrittenPartition[]> {
    const { staging, store } = this.#options;
    this.#writes += 1;
    const table = `written_${this.#writes}`;
    await this.#createTable(table, prefix, "write_compression = 'ZSTD', partitioned_by = array['dt']", sql);
    await staging.dropTables([table]);
    const partitions = new Map<string, { dt: string; files: string[]; bytes: number }>();
    for (const { key, bytes } of await store.list(prefix)) {
      if (bytes === 0) continue;
      const dt = partitionValue(key.slice(prefix.length), 'dt');
      const partition = partitions.get(dt) ?? { dt, files: [], bytes: 0 };
      partitions.set(dt, partition);
      partition.files.push(key);
      partition.bytes += bytes;
    }
    return [...partitions.values()];
  }

  async contents(relation: string, columns: readonly string[]): Promise<Map<string, DayContent>> {
    // The hash of a row is the sum of its columns' (values could change places between rows): that of a text is not.
    const row = `json_format(cast(row(${columns.join(', ')}) as json))`;
    const sql = `select dt, lower(to_hex(checksum(${row}))) as sum, count(*) as n from ${relation} group by dt`;
    const { rows } = await this.query(sql);
    return new Map(rows.map(([dt, sum, n]) => [String(dt), { rows: Number(n), checksum: `${sum}-${n}` }]));
  }

  query(sql: string): Promise<QueryResult> {
    return this.#options.queries.rows(this.#views.before(sql));
  }

  /** Drops what it made, unless a query goes on in Athena: then the session is to be opened again. */
  async close(): Promise<void> {
    const { queries, staging, store, folder, onLeftBehind } = this.#options;
    if (queries.wasLeft) return;
    try {
      await staging.drop();
      await store.delete((await store.list(folder)).map(({ key }) => key));
    } catch (error) {
      if (!onLeftBehind) throw error;
      onLeftBehind(error);
    }
  }

  async #createTable(name: string, key: string, properties: string, sql: string): Promise<void> {
    const { queries, bucket } = this.#options;
    const location = `external_location = 's3://${bucket}/${key}'`;
    await queries.run(
      `create table ${name}\nwith (format = 'PARQUET', ${location}, ${properties}) as\n${this.#views.before(sql)}`,
    );
  }
}
