import type { Trace } from '../../core/lineage/trace.ts';

export function lineageJson(trace: Trace): string {
  return `${JSON.stringify(trace, undefined, 1)}\n`;
}

/** The tables of a layer, a line each. */
export function tablesText(tables: readonly string[], format: string, about: (table: string) => string): string {
  if (format === 'json') return `${JSON.stringify({ tables }, undefined, 1)}\n`;
  const width = Math.max(...tables.map(({ length }) => length));
  return tables.map((table) => `${`${table.padEnd(width)}  ${about(table)}`.trimEnd()}\n`).join('');
}

/** A tree with a line for each table or column; `about` says more of one, in the same line. */
export function lineageText(trace: Trace, about: (trace: Trace) => string): string {
  const lines: [shown: string, more: string][] = [];
  const add = (each: Trace, first: string, rest: string): void => {
    lines.push([`${first}${shown(each)}`, remarks(each, about(each))]);
    for (const [i, next] of each.next.entries()) {
      const last = i === each.next.length - 1;
      add(next, `${rest}${last ? '└─ ' : '├─ '}`, `${rest}${last ? '   ' : '│  '}`);
    }
  };
  add(trace, '', '');
  const width = Math.max(...lines.map(([text]) => text.length));
  return lines.map(([text, more]) => `${`${text.padEnd(width)}  ${more}`.trimEnd()}\n`).join('');
}

/** What a build is given, in words. */
const GIVEN: Readonly<Record<string, string>> = {
  targets: 'the day that is built',
  input_days: 'which days the input has',
  pseudonym_key: 'the key of the warehouse',
};

function shown({ table, column, window, how }: Trace): string {
  const given = GIVEN[table];
  if (given !== undefined) return given;
  const name = column === undefined ? table : `${table}.${column}`;
  return `${how === 'rows' || (how !== undefined && column === undefined) ? `rows of ${name}` : name}${window ? ` ${window}` : ''}`;
}

function remarks({ how, note, repeated }: Trace, about: string): string {
  const said = [how === 'condition' ? 'decides' : '', repeated ? 'as above' : '', note ?? '', repeated ? '' : about];
  return said.filter((text) => text !== '').join('; ');
}
