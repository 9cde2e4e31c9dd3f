import type { Column } from './column.ts';
import type { Keep } from './days-kept.ts';
import type { Input } from './window.ts';

/** SQL that differs between engines is written once for each of these; everything else is one text (Athena's dialect). */
export type Dialect = 'duckdb' | 'trino';

/**
 * A query that returns the bad rows of the output it belongs to: no row, no complaint. The SQL reads the output under its
 * relation name (`relationName(table)`) and its first column must be `dt`, so that a failure stops only the days it names.
 */
export interface Audit {
  readonly name: string;
  readonly sql: string;
}

/** A relation that is prepared, in order, before the outputs of a model are written; not visible outside the build. */
export interface Step {
  readonly name: string;
  readonly sql: string;
  /** `table`: computed once and kept for the build; `view`: text that later steps read through. */
  readonly as: 'table' | 'view';
}

/** One table that a model writes. `sql` gives its rows for all target days, its last column is `dt`. */
export interface Output {
  /** Full name, `<layer>.<name>`. */
  readonly table: string;
  /** Every column in order, without the partition column `dt`, which comes last in `sql`. */
  readonly columns: readonly Column[];
  readonly sql: string;
  readonly audits: readonly Audit[];
  /** What one row is. */
  readonly meaning: string;
}

/**
 * A rule that builds the partitions of one or more tables from its inputs, for a set of target days at once. SQL reads
 * `targets(dt)`, the target days; each input under its relation name; and `input_days(input, dt)`, the days of each input
 * that lie inside its domain and inside the window of some target (inputs with an unbounded window are not listed).
 */
export interface Model {
  /** The full name of its first output. */
  readonly name: string;
  readonly inputs: readonly Input[];
  /** `month`: partitions are whole calendar months, keyed by their first day. */
  readonly partitions: 'day' | 'month';
  readonly keep: readonly Keep[];
  steps(dialect: Dialect): readonly Step[];
  /** Written and published together. */
  readonly outputs: readonly Output[];
  /**
   * For a model that reads bronze: a query that gives, for each target `dt`, how many received records its outputs account
   * for. It must equal what the writers of bronze counted, else nothing is published.
   */
  readonly accounts?: string;
  /**
   * SQL reads `pseudonym_key(inner_key, outer_key)`, one row: the key of the warehouse with the inner and the outer pad of
   * HMAC-SHA256, as hex.
   */
  readonly readsPseudonymKey?: boolean;
  /** Hash of what the rows depend on besides the inputs: model text, contract, macros. */
  readonly codeDigest: string;
  /** Where it is written, for messages: a path below the project root. */
  readonly file: string;
}

/** The name under which SQL reads a table: silver and gold tables by their bare name, others as `<layer>_<name>`. */
export function relationName(table: string): string {
  const [layer, name] = table.split('.') as [string, string];
  return layer === 'silver' || layer === 'gold' ? name : `${layer}_${name}`;
}
