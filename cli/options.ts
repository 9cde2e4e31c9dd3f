import { InvalidArgumentError, Option } from 'commander';
import { type Day, isDay } from '../core/dates.ts';
import { UsageError } from '../core/errors.ts';
import type { Project } from '../core/model/project.ts';
import { unknownTable } from '../core/query/table-names.ts';

/** For options that take a day. */
export function parseDay(text: string): Day {
  if (!isDay(text)) throw new InvalidArgumentError('Expected a day of the calendar as YYYY-MM-DD, such as 2026-01-31.');
  return text;
}

export function formatOption(formats: readonly string[]): Option {
  return new Option('--format <format>', 'how to print it').choices([...formats]).default(formats[0]);
}

/** `a,b` → full table names. A name without its layer is enough where only one table has it. */
export function parseTables(text: string | undefined, project: Project): string[] | undefined {
  if (text === undefined) return undefined;
  const known = [...project.tables.keys()];
  return text.split(',').map((part) => {
    const name = part.trim();
    const found = known.includes(name)
      ? [name]
      : known.filter((table) => table.split('.')[1] === name && /^(silver|gold)\./.test(table));
    if (found.length === 1) return found[0]!;
    throw unknownTable(name, known);
  });
}

/** `90d`, `36h` → milliseconds. */
export function parseDuration(text: string): number {
  const found = /^(\d+)([dh])$/.exec(text);
  if (!found) throw new InvalidArgumentError('Expected a number of days or hours, such as 7d or 36h.');
  return Number(found[1]) * (found[2] === 'd' ? 24 : 1) * 3_600_000;
}

/** One table by its name; without its layer where only one has it. */
export function parseTable(text: string, project: Project): string {
  return parseTables(text, project)![0]!;
}

/** @throws UsageError if both ends are given and in the wrong order. */
export function checkRange(from: Day | undefined, to: Day | undefined): void {
  if (from !== undefined && to !== undefined && from > to) throw new UsageError(`--from ${from} is after --to ${to}`);
}
