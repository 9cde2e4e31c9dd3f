import Table from 'cli-table3';

/** Rows under headings, columns aligned; numbers to the right. */
export function textTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): string {
  const table = new Table({
    head: [...headings],
    colAligns: headings.map((_, i) => (rightAligned.includes(i) ? 'right' : 'left')),
    chars: Object.fromEntries(EDGES.map((edge) => [edge, ''])) as Record<(typeof EDGES)[number], string>,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const row of rows) table.push([...row]);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

const EDGES = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
] as const;
