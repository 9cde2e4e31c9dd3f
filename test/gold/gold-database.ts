import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Day, dayNumber, dayOf } from '../../core/dates.ts';
import { type Model, relationName } from '../../core/model/model.ts';
import { windowRange } from '../../core/plan/wanted-days.ts';
import { columnsOf, outputOf, PRELUDE } from './model-files.ts';

/** Values as text, in the order of the columns. */
export type Row = readonly (string | null)[];

export interface BuildOptions {
  /** First and last day of every input. */
  readonly domain: readonly [Day, Day];
  /** Lets the model see all rows that are stored, also those outside its windows. */
  readonly unfenced?: boolean;
}

/** Tables in DuckDB, and gold models built from them the way an engine does: a set of target days, and only their windows. */
export class GoldDatabase {
  readonly #connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<GoldDatabase> {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
    await connection.run(PRELUDE);
    await connection.run('create schema store');
    return new GoldDatabase(connection);
  }

  /** Replaces the rows of a table. */
  async load(table: string, rows: readonly Row[]): Promise<void> {
    const columns = columnsOf(table);
    const typed = columns.map(({ name, type }) => `"${name}" ${type}`);
    await this.#connection.run(`create or replace table ${stored(table)} (${typed.join(', ')})`);
    if (rows.length === 0) return;
    const values = rows.map((row) => `(${row.map((value) => (value === null ? 'null' : quote(value))).join(', ')})`);
    const casts = columns.map(({ name, type }) => `cast("${name}" as ${type})`);
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    await this.#connection.run(
      `insert into ${stored(table)} select ${casts.join(', ')} from (values ${values.join(', ')}) as t (${names})`,
    );
  }

  /** Builds the target days of a model in one statement, adding its rows to those stored. */
  async build(model: Model, targets: readonly Day[], options: BuildOptions): Promise<void> {
    const { table, sql, columns } = outputOf(model);
    const inputDays: string[] = [];
    for (const { table: input, window } of model.inputs) {
      const days = daysInWindows(window, targets, options.domain);
      const bounded = window.kind === 'month' || window.from !== Number.NEGATIVE_INFINITY;
      if (bounded) inputDays.push(...days.map((day) => `(${quote(input)}, ${quote(day)})`));
      const fence = options.unfenced ? 'true' : `dt in (${['', ...days].map(quote).join(', ')})`;
      await this.#connection.run(
        `create or replace view ${relationName(input)} as select * from ${stored(input)} where ${fence}`,
      );
    }
    const lists = [
      `create or replace table targets as select * from (values ${targets.map((day) => `(${quote(day)})`).join(', ')}) as t (dt)`,
      `create or replace table input_days as select * from (values ('', ''), ${inputDays.join(', ') || `('', '')`}) as t (input, dt) where dt <> ''`,
    ];
    await this.#connection.run(lists.join(';'));
    const steps = model.steps('duckdb');
    for (const { name, as, sql: step } of steps) await this.#connection.run(`create temp ${as} ${name} as ${step}`);
    const names = [...columns.map(({ name }) => `"${name}"`), 'dt'].join(', ');
    await this.#connection.run(`insert into ${stored(table)} (${names}) ${sql}`);
    for (const { name, as } of [...steps].reverse()) await this.#connection.run(`drop ${as} ${name}`);
    for (const { table: input } of model.inputs) await this.#connection.run(`drop view ${relationName(input)}`);
  }

  /** All rows of a table as text, sorted. */
  async rows(table: string): Promise<Row[]> {
    const texts = columnsOf(table).map(({ name }) => `cast("${name}" as varchar)`);
    const reader = await this.#connection.runAndReadAll(`select ${texts.join(', ')} from ${stored(table)}`);
    return sorted(reader.getRows() as Row[]);
  }

  /** Rows that an audit of the model complains about, of all rows of its table. */
  async complaints(model: Model, audit: string): Promise<Row[]> {
    const { table, audits } = outputOf(model);
    const sql = audits.find(({ name }) => name === audit)!.sql;
    await this.#connection.run(`create or replace view ${relationName(table)} as select * from ${stored(table)}`);
    const reader = await this.#connection.runAndReadAll(`select cast(dt as varchar) from (${sql})`);
    await this.#connection.run(`drop view ${relationName(table)}`);
    return reader.getRows() as Row[];
  }

  /** Names and types that the model's own select gives. */
  async shape(model: Model): Promise<{ name: string; type: string }[]> {
    const inputs = model.inputs.map(({ table }) => table);
    for (const table of inputs) {
      await this.load(table, []);
      await this.#connection.run(`create or replace view ${relationName(table)} as select * from ${stored(table)}`);
    }
    await this.#connection.run(
      `create or replace table targets (dt varchar); create or replace table input_days (input varchar, dt varchar)`,
    );
    const reader = await this.#connection.runAndReadAll(`describe ${outputOf(model).sql}`);
    for (const table of inputs) await this.#connection.run(`drop view ${relationName(table)}`);
    return reader.getRows().map(([name, type]) => ({ name: String(name), type: String(type).toLowerCase() }));
  }

  close(): void {
    this.#connection.closeSync();
  }
}

/** The days inside the domain and inside the window of some target. */
export function daysInWindows(
  window: Model['inputs'][number]['window'],
  targets: readonly Day[],
  [first, last]: readonly [Day, Day],
): Day[] {
  const days = new Set<Day>();
  for (const target of targets) {
    const range = windowRange(window, dayNumber(target));
    const end = Math.min(range.last, dayNumber(last));
    for (let day = Math.max(range.first, dayNumber(first)); day <= end; day++) days.add(dayOf(day));
  }
  return [...days].sort();
}

function sorted(rows: readonly Row[]): Row[] {
  const key = (row: Row) => JSON.stringify(row);
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function stored(table: string): string {
  return `store."${table}"`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
