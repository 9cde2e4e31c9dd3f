/** Types that mean the same on Athena and DuckDB. Integers are always bigint; timestamps are UTC with milliseconds. */
export type SqlType =
  | 'varchar'
  | 'bigint'
  | 'double'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | `decimal(${number},${number})`;

/** A column of a table. */
export interface Column {
  readonly name: string;
  readonly type: SqlType;
  readonly meaning: string;
}

const PLAIN = new Set(['varchar', 'bigint', 'double', 'boolean', 'date', 'timestamp']);

export function isSqlType(text: string): text is SqlType {
  return PLAIN.has(text) || /^decimal\(([1-9]|[12]\d|3[0-8]),\d+\)$/.test(text);
}
