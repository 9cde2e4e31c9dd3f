import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { EngineError, type EngineErrorKind, UsageError } from '../../core/errors.ts';
import type {
  DayContent,
  EngineSession,
  QueryEngine,
  QueryResult,
  Relation,
  Value,
  ValuesRelation,
  WrittenPartition,
} from '../../core/ports/query-engine.ts';
import { loadDuckDb } from './load-duckdb.ts';
import { storageError } from './storage-error.ts';
import { syncFiles } from './sync-files.ts';

export interface DuckDbOptions {
  /** The warehouse's directory. */
  readonly root: string;
  /** Macros that make DuckDB understand Athena's dialect. */
  readonly prelude: string;
  /** What DuckDB may take, such as `1200MB`; more is spilled to disk. */
  readonly memory?: string;
  readonly threads?: number;
  /** For queries that people write: they can read the files of the warehouse, and nothing else of this machine. */
  readonly fenced?: boolean;
}

/** DuckDB in this process, over the files of a directory. */
export class DuckDbEngine implements QueryEngine {
  readonly name = 'duckdb-1.5';
  readonly dialect = 'duckdb';
  readonly #options: DuckDbOptions;
  #instance: Promise<DuckDBInstance> | undefined;

  constructor(options: DuckDbOptions) {
    this.#options = options;
  }

  async open(_id: string): Promise<DuckDbSession> {
    this.#instance ??= this.#start();
    const connection = await (await this.#instance).connect();
    await connection.run(SESSION_SETTINGS);
    return new DuckDbSession(connection, this.#options.root);
  }

  /** Ends DuckDB and removes what it spilled. */
  async close(): Promise<void> {
    if (!this.#instance) return;
    (await this.#instance).closeSync();
    this.#instance = undefined;
    await rm(this.#spill, { recursive: true, force: true });
  }

  get #spill(): string {
    return join(this.#options.root, 'tmp', `duckdb-${process.pid}`);
  }

  async #start(): Promise<DuckDBInstance> {
    const { DuckDBInstance } = await loadDuckDb();
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: this.#options.memory ?? '1200MB',
      temp_directory: this.#spill,
      preserve_insertion_order: 'false',
      ...(this.#options.threads ? { threads: String(this.#options.threads) } : {}),
    });
    const connection = await instance.connect();
    await connection.run(this.#options.prelude);
    // DuckDB 1.5.5 ends in an internal error for `select max(dt)` over a single file, which this optimizer derives.
    await connection.run(`set disabled_optimizers = 'statistics_propagation'`);
    if (this.#options.fenced) {
      await connection.run(
        `set allowed_directories = [${literal(this.#options.root)}]; set enable_external_access = false`,
      );
    }
    connection.closeSync();
    return instance;
  }
}

/** What the prelude sets holds for one connection only; its macros hold for all. */
const SESSION_SETTINGS = `set TimeZone = 'UTC'; set integer_division = true; set default_null_order = 'NULLS_LAST'`;

/** DuckDB's numbers for select (describe and show are selects to it) and explain. */
const QUERIES = new Set([1, 4]);

export class DuckDbSession implements EngineSession {
  readonly #connection: DuckDBConnection;
  readonly #root: string;

  constructor(connection: DuckDBConnection, root: string) {
    this.#connection = connection;
    this.#root = root;
  }

  async define(relation: Relation | ValuesRelation): Promise<void> {
    if ('rows' in relation && relation.isSecret) return this.#defineSecret(relation);
    const select = 'rows' in relation ? valuesSelect(relation) : filesSelect(relation, this.#root);
    await this.#run(`define ${relation.name}`, `create temp view ${quoted(relation.name)} as ${select}`);
  }

  /** A table, because the text of a view is its select. */
  async #defineSecret({ name, columns, rows }: ValuesRelation): Promise<void> {
    const places = rows.map((row, i) => `(${row.map((_, j) => `$${i * columns.length + j + 1}`).join(', ')})`);
    const select = `select * from (values ${places.join(', ')}) as v(${columns.map(quoted).join(', ')})`;
    await this.#run(`define ${name}`, `create temp table ${quoted(name)} as ${select}`, rows.flat());
  }

  /** Like `define`, under a two-part name that SQL can write as `layer.name`. */
  async defineIn(schema: string, name: string, relation: Relation): Promise<void> {
    const view = `${quoted(schema)}.${quoted(name)}`;
    await this.#run(
      `define ${schema}.${name}`,
      `create schema if not exists ${quoted(schema)}; create or replace view ${view} as ${filesSelect(relation, this.#root)}`,
    );
  }

  async derive(name: string, sql: string, as: 'table' | 'view'): Promise<void> {
    await this.#run(`derive ${name}`, `create temp ${as} ${quoted(name)} as\n${sql}`);
  }

  async write(sql: string, prefix: string): Promise<WrittenPartition[]> {
    const target = join(this.#root, prefix);
    await mkdir(target, { recursive: true }).catch((error) => {
      throw storageError(error, this.#root);
    });
    const reader = await this.#run(
      `write ${prefix}`,
      `copy (\n${sql}\n) to ${literal(target)} (format parquet, compression zstd, compression_level 1, parquet_version ${await this.#parquetVersion(sql)}, partition_by (dt), return_stats)`,
    );
    await syncFiles(
      reader.rows.map(([file]) => String(file)),
      this.#root,
    );
    const partitions = new Map<string, { dt: string; files: string[]; bytes: number }>();
    for (const [file, , bytes] of reader.rows) {
      const key = relative(this.#root, String(file));
      const dt = /\/dt=([^/]*)\//.exec(key)![1]!;
      const partition = partitions.get(dt) ?? { dt, files: [], bytes: 0 };
      partitions.set(dt, partition);
      partition.files.push(key);
      partition.bytes += Number(bytes);
    }
    return [...partitions.values()];
  }

  /**
   * Version 2 packs integers, times and texts better. It also splits doubles into streams of bytes, which Trino reads since
   * release 445 (April 2024), and nobody says whether Athena does: what has doubles is written as version 1.
   */
  async #parquetVersion(sql: string): Promise<'v1' | 'v2'> {
    const { rows } = await this.#run('write', `describe ${sql}`);
    return rows.some(([, type]) => type === 'DOUBLE') ? 'v1' : 'v2';
  }

  async contents(relation: string, columns: readonly string[]): Promise<Map<string, DayContent>> {
    const row = `hash(${columns.map(quoted).join(', ')})`;
    const { rows } = await this.#run(
      `contents of ${relation}`,
      `select dt, sum(h), bit_xor(h), count(*) from (select dt, ${row} as h from ${quoted(relation)}) group by dt`,
    );
    return new Map(
      rows.map(([dt, sum, xor, n]) => {
        const checksum = `${BigInt(sum as bigint).toString(16)}-${BigInt(xor as bigint).toString(16)}-${n}`;
        return [String(dt), { rows: Number(n), checksum }];
      }),
    );
  }

  async query(sql: string): Promise<QueryResult> {
    return this.#run('query', sql);
  }

  /**
   * Runs a query that a person wrote.
   * @throws UsageError for several statements, or one that is not a query: the warehouse is written by runs only
   */
  async ask(sql: string): Promise<QueryResult> {
    const { count, type } = await this.#statement(sql);
    if (count !== 1) throw new UsageError(`expected one query, found ${count} statements`);
    if (!QUERIES.has(type))
      throw new UsageError('expected a query (select, with, describe, show, explain): nothing else is run here');
    return this.query(sql);
  }

  async #statement(sql: string): Promise<{ count: number; type: number }> {
    try {
      const statements = await this.#connection.extractStatements(sql);
      const { count } = statements;
      return { count, type: count === 1 ? (await statements.prepare(0)).statementType : 0 };
    } catch (error) {
      throw engineError('query', sql, error);
    }
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
  }

  /** @param values of the placeholders in `sql` */
  async #run(what: string, sql: string, values?: string[]): Promise<QueryResult> {
    try {
      const reader = await this.#connection.runAndReadAll(sql, values);
      const types = reader.columnTypes();
      const columns = reader.columnNames().map((name, i) => ({ name, type: types[i]!.toString().toLowerCase() }));
      return { columns, rows: reader.getRows().map((row) => row.map(plainValue)) };
    } catch (error) {
      const refused = storageError(error, this.#root);
      if (refused !== error) throw refused;
      throw engineError(what, sql, error);
    }
  }
}

function engineError(what: string, statement: string, error: unknown): EngineError {
  // What goes wrong inside DuckDB comes with the addresses of its functions.
  const [message] = (error as Error).message.split('\n\nStack Trace:') as [string];
  const cause = new Error(message, { cause: error });
  return new EngineError(`DuckDB could not ${what}: ${message}`, { statement, kind: kindOf(message), cause });
}

function kindOf(message: string): EngineErrorKind {
  if (/^(Parser|Binder|Catalog|Not implemented) Error/.test(message)) return 'statement';
  return message.startsWith('Out of Memory Error') ? 'exhausted' : 'data';
}

function plainValue(value: DuckDBValue): Value {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  return String(value);
}

function valuesSelect({ columns, rows }: ValuesRelation): string {
  const names = columns.map(quoted).join(', ');
  if (rows.length === 0)
    return `select ${columns.map((name) => `null::varchar as ${quoted(name)}`).join(', ')} where false`;
  return `select * from (values ${rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ')}) as v(${names})`;
}

function filesSelect({ columns, partitionedBy, files }: Relation, root: string): string {
  if (files.length === 0) {
    const typed = [
      ...columns.map(({ name, type }) => `null::${type} as ${quoted(name)}`),
      ...partitionedBy.map((name) => `null::varchar as ${quoted(name)}`),
    ];
    return `select ${typed.join(', ')} where false`;
  }
  const names = [...columns.map(({ name }) => name), ...partitionedBy].map(quoted).join(', ');
  const paths = files.map((key) => literal(join(root, key))).join(', ');
  const types = partitionedBy.map((name) => `${quoted(name)}: varchar`).join(', ');
  return `select ${names} from read_parquet([${paths}], hive_partitioning = true, hive_types = {${types}})`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
