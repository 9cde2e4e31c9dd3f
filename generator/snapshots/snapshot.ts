import type { Day } from '../../core/dates.ts';

/** The tables that come whole every day. */
export const SNAPSHOTS = ['products', 'suppliers', 'market_prices', 'shipping_rates'] as const;

/** A table that comes whole every day as CSV. */
export interface Snapshot {
  readonly entity: (typeof SNAPSHOTS)[number];
  readonly columns: readonly string[];
  /** The rows of the day with that index, as texts by column. */
  rows(day: number, date: Day): Iterable<string[]>;
  /** Name → what it does to a sound row. */
  readonly defects: Readonly<Record<string, (row: string[]) => string[]>>;
  /** Whether there is no file on the day on which files are missing. */
  readonly mayMiss: boolean;
  /** On the day on which everything comes twice: the same bytes, or the rows in another order. */
  readonly again: 'same' | 'shuffled';
}

/** A defect: a cell with another text. */
export function cell(column: number, text: string | ((sound: string) => string)): (row: string[]) => string[] {
  return (row) => row.with(column, typeof text === 'string' ? text : text(row[column]!));
}

/** A row as a line of CSV; fields are quoted where they must. */
export function csvLine(row: readonly string[]): string {
  return row.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}

/** Skus as people write them: one in fifty in lower case and with blanks. */
export function writtenSku(sku: string, product: number): string {
  return product % 50 === 7 ? ` ${sku.toLowerCase()} ` : sku;
}
