import { EngineError } from '../../core/errors.ts';
import type {
  DayContent,
  EngineSession,
  QueryResult,
  Relation,
  ValuesRelation,
  WrittenPartition,
} from '../../core/ports/query-engine.ts';
import type { DuckDbSession } from '../local/duckdb-engine.ts';
import { downloadTo, uploadFrom } from './s3-scratch.ts';
import type { S3Store } from './s3-store.ts';

interface Staging {
  readonly session: DuckDbSession;
  readonly store: S3Store;
  /** The session's folder: files lie in it at their keys. */
  readonly root: string;
  readonly stagedBytes: number;
  /** Removes the folder, and DuckDB. */
  readonly clear: () => Promise<void>;
}

/** A session of DuckDB whose files are downloaded before they are read and uploaded after they are written. */
export class StagedDuckDbSession implements EngineSession {
  readonly #staging: Staging;
  /** Keys of the files that are on the disk. */
  readonly #local = new Set<string>();
  #bytes = 0;

  constructor(staging: Staging) {
    this.#staging = staging;
  }

  async define(relation: Relation | ValuesRelation): Promise<void> {
    if ('files' in relation) await this.#stage(relation);
    await this.#staging.session.define(relation);
  }

  async derive(name: string, sql: string, as: 'table' | 'view'): Promise<void> {
    await this.#inRoom(sql, () => this.#staging.session.derive(name, sql, as));
  }

  async write(sql: string, prefix: string): Promise<WrittenPartition[]> {
    const { session, store, root } = this.#staging;
    const written = await this.#inRoom(sql, () => session.write(sql, prefix));
    const keys = written.flatMap(({ files }) => files);
    await uploadFrom(root, store, keys);
    for (const key of keys) this.#local.add(key);
    return written;
  }

  contents(relation: string, columns: readonly string[]): Promise<Map<string, DayContent>> {
    return this.#inRoom(`contents of ${relation}`, () => this.#staging.session.contents(relation, columns));
  }

  query(sql: string): Promise<QueryResult> {
    return this.#inRoom(sql, () => this.#staging.session.query(sql));
  }

  async close(): Promise<void> {
    try {
      await this.#staging.session.close();
    } finally {
      await this.#staging.clear();
    }
  }

  async #stage({ name, files }: Relation): Promise<void> {
    const { root, store, stagedBytes } = this.#staging;
    const admit = (bytes: number): void => {
      this.#bytes += bytes;
      if (this.#bytes <= stagedBytes) return;
      throw new EngineError(
        `reading ${name} takes more than the ${stagedBytes} bytes that a build may download for DuckDB: build fewer days at a time, or on Athena (engine: athena)`,
        { statement: `define ${name}`, kind: 'exhausted' },
      );
    };
    const absent = [...new Set(files)].filter((key) => !this.#local.has(key));
    await this.#inRoom(`define ${name}`, () => downloadTo(root, store, absent, admit));
    for (const key of absent) this.#local.add(key);
  }

  /** A full disk is the scratch space's: fewer days need less of it. */
  async #inRoom<T>(statement: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isFull(error)) throw error;
      throw new EngineError(
        'the scratch space is full: build fewer days at a time, give the function more, or build on Athena (engine: athena)',
        { statement, kind: 'exhausted', cause: error },
      );
    }
  }
}

/** Whether an error, or what caused it, is that the disk is full. */
function isFull(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ((each as NodeJS.ErrnoException).code === 'ENOSPC' || each.message.includes('No space left on device'))
      return true;
  }
  return false;
}
