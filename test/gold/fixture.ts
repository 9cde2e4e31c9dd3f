import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Day } from '../../core/dates.ts';
import type { Row } from './gold-database.ts';
import { columnsOf } from './model-files.ts';

const FOLDER = new URL('../fixtures/gold/', import.meta.url);

/** A hand-computed case of a model. */
export interface Fixture {
  readonly name: string;
  readonly model: string;
  readonly domain: readonly [Day, Day];
  readonly targets: readonly Day[];
  /** Rows of each input, in the order of its columns. */
  readonly inputs: ReadonlyMap<string, readonly Row[]>;
  readonly expected: readonly Row[];
}

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

interface FixtureFile {
  readonly domain: readonly [Day, Day];
  readonly targets: readonly Day[];
  readonly inputs: Readonly<Record<string, Rows>>;
  readonly expected: Rows;
}

/** Every test/fixtures/gold/<model>/<case>.yaml. */
export function readFixtures(): Fixture[] {
  return readdirSync(FOLDER).flatMap((model) =>
    readdirSync(new URL(`${model}/`, FOLDER)).map((file) => readFixture(model, file)),
  );
}

function readFixture(model: string, file: string): Fixture {
  const found = load(readFileSync(new URL(`${model}/${file}`, FOLDER), 'utf8')) as FixtureFile;
  const inputs = Object.entries(found.inputs).map(([table, rows]) => [table, arrange(table, rows)] as const);
  return {
    name: file.replace('.yaml', ''),
    model,
    domain: found.domain,
    targets: found.targets,
    inputs: new Map(inputs),
    expected: arrange(`gold.${model}`, found.expected),
  };
}

/** Puts the columns in the table's order; those not given are null, and dt is then the day of `timestamp`. */
function arrange(table: string, { columns, rows }: Rows): Row[] {
  const wanted = columnsOf(table).map(({ name }) => name);
  const stranger = columns.find((column) => !wanted.includes(column));
  if (stranger) throw new Error(`${table} has no column ${stranger}.`);
  return rows.map((row) => {
    if (row.length !== columns.length) throw new Error(`${table}: ${JSON.stringify(row)} needs ${columns.join(', ')}.`);
    const value = (column: string) => {
      const found = row[columns.indexOf(column)] ?? null;
      return found === null ? null : String(found);
    };
    return wanted.map((column) =>
      column === 'dt' && !columns.includes('dt') ? (value('timestamp')?.slice(0, 10) ?? null) : value(column),
    );
  });
}
