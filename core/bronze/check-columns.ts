import { UsageError } from '../errors.ts';

/** The columns of a CSV or Parquet file of bare records, checked against the fields that the entity requires. */
export function checkColumns(
  file: string,
  entity: string,
  columns: readonly string[],
  required: readonly string[],
): readonly string[] {
  const missing = required.filter((field) => !columns.includes(field));
  const twice = columns.filter((column, at) => columns.indexOf(column) !== at);
  if (missing.length === 0 && twice.length === 0) return columns;
  const problem =
    missing.length > 0
      ? `lacks ${plural(missing)} ${missing.join(', ')}`
      : `has ${plural(twice)} ${twice.join(', ')} twice`;
  const [only = ''] = columns;
  const hint = columns.length === 1 && /[;\t|]/.test(only) ? ' Fields are separated by commas.' : '';
  throw new UsageError(
    `${file}: ${problem}. Found: ${columns.map(shown).join(', ')}.${hint} ` +
      `Expected for ${entity}, in any order, others may follow: ${required.join(', ')}.`,
  );
}

function plural(names: readonly string[]): string {
  return names.length === 1 ? 'the column' : 'the columns';
}

/** A header can be anything, also binary: keep the message readable. */
function shown(column: string): string {
  return JSON.stringify(column.length > 40 ? `${column.slice(0, 40)}…` : column).slice(1, -1);
}
