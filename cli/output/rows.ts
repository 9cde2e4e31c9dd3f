import type { QueryResult, Value } from '../../core/ports/query-engine.ts';
import { textTable } from './text-table.ts';

export const FORMATS = ['table', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/**
 * A query's rows as text. JSON: an array of objects; 64-bit integers and decimals are JSON numbers with all their digits,
 * which a reader must not squeeze into a double. CSV: RFC 4180 with line feeds, null as an empty field.
 */
export function formatRows(result: QueryResult, format: Format): string {
  const values = result.rows.map((row) => row.map((value, i) => plain(value, result.columns[i]!.type)));
  if (format === 'json') return `[${values.map((row) => jsonObject(result, row)).join(',\n ')}]\n`;
  if (format === 'csv')
    return [result.columns.map(({ name }) => name), ...values]
      .map((row) => `${row.map(csvField).join(',')}\n`)
      .join('');
  const numeric = result.columns.flatMap(({ type }, i) => (isNumeric(type) ? [i] : []));
  return textTable(
    result.columns.map(({ name }) => name),
    values.map((row) => row.map((value) => (value === null ? 'null' : String(value)))),
    numeric,
  );
}

function isNumeric(type: string): boolean {
  return /int|double|float|real|decimal/.test(type);
}

function plain(value: Value, type: string): Value {
  if (typeof value !== 'string' || !/^timestamp/.test(type)) return value;
  // Athena prints timestamps with milliseconds; DuckDB leaves out what is zero.
  return value.replace(
    /^(\S+ \d\d:\d\d:\d\d)(?:\.(\d{1,3}))?(?=$|[+-])/,
    (_, time: string, fraction = '') => `${time}.${fraction.padEnd(3, '0')}`,
  );
}

function jsonObject({ columns }: QueryResult, row: readonly Value[]): string {
  return `{${row.map((value, i) => `${JSON.stringify(columns[i]!.name)}: ${jsonValue(value, columns[i]!.type)}`).join(', ')}}`;
}

function jsonValue(value: Value, type: string): string {
  if (typeof value === 'bigint' || (typeof value === 'string' && type.startsWith('decimal'))) return String(value);
  return JSON.stringify(value);
}

function csvField(value: Value): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
