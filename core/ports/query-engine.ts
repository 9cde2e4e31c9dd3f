import type { Column } from '../model/column.ts';
import type { Dialect } from '../model/model.ts';

/** A relation over exactly these files; SQL can read nothing else. No files: a relation without rows. */
export interface Relation {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Columns that are not in the files but in their paths (`…/dt=2026-01-01/…`), as text. */
  readonly partitionedBy: readonly string[];
  /** Keys in the warehouse's store. */
  readonly files: readonly string[];
}

/** A small relation given by its rows (all text). */
export interface ValuesRelation {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Its values must be in no statement's text: statements are shown, logged and kept. */
  readonly isSecret?: true;
}

/** Where one partition of a written output lies. */
export interface WrittenPartition {
  readonly dt: string;
  readonly files: readonly string[];
  readonly bytes: number;
}

/** What a relation has of one `dt`. */
export interface DayContent {
  readonly rows: number;
  /** Of all its rows: independent of their order, equal if they are. */
  readonly checksum: string;
}

/** A value as an engine returns it: 64-bit integers are bigint; decimals, dates and timestamps are text, without loss. */
export type Value = string | number | bigint | boolean | null;

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Value[])[];
}

/** Runs SQL in Athena's dialect over pinned files. Implementations: DuckDB in the process, Athena. */
export interface QueryEngine {
  /** Part of every content checksum: checksums of different engines are not comparable. */
  readonly name: string;
  readonly dialect: Dialect;
  /**
   * A scratch space of its own; nothing made in it outlives `close`.
   * @param id unique to an attempt. An engine that works elsewhere (Athena) goes on with the session of the same id: the
   * same statements in the same order are then not run again, but waited for.
   */
  open(id: string): Promise<EngineSession>;
}

export interface EngineSession {
  define(relation: Relation | ValuesRelation): Promise<void>;
  /** Makes a relation from a select: computed once (`table`) or read through (`view`). */
  derive(name: string, sql: string, as: 'table' | 'view'): Promise<void>;
  /**
   * Writes the rows of a select as Parquet below `prefix`, one folder `dt=D/` for each value of its last column `dt`.
   * Returns the partitions that have rows.
   */
  write(sql: string, prefix: string): Promise<WrittenPartition[]>;
  /** What a relation has of each `dt`; `null` is that of rows without one. */
  contents(relation: string, columns: readonly string[]): Promise<Map<string, DayContent>>;
  query(sql: string): Promise<QueryResult>;
  close(): Promise<void>;
}
