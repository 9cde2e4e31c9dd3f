import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import { type Model, type Output, relationName } from '../../core/model/model.ts';
import { keyRelation } from './protected-values.ts';

export const PRELUDE = readFileSync('sql/prelude.sql', 'utf8');

/** A bronze record as a model reads it; what is not given is null. */
export interface Received {
  readonly id?: string | null;
  readonly source?: string | null;
  readonly type?: string | null;
  readonly payload: string;
  readonly reason?: string;
  readonly shard_id?: string;
  readonly sequence_number?: string;
  readonly sub_sequence?: number;
  readonly file_hash?: string;
  readonly line?: number;
  readonly ingested_at?: string;
  readonly ingest_date: string;
  readonly event_date: string;
}

type Row = Record<string, string | null>;

/** A table that a model reads besides bronze; values as `Built` has them. */
export interface Table {
  readonly output: Pick<Output, 'table' | 'columns'>;
  readonly rows: readonly Row[];
}

/** Rows of each output, every value as text (timestamps: milliseconds since 1970), and the rows that its audits complain of. */
export interface Built {
  readonly rows: ReadonlyMap<string, Row[]>;
  readonly complaints: readonly string[];
}

/** Builds a model over these records with DuckDB, in a database of its own. */
export async function modelRunner() {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  await connection.run('set threads = 1; set errors_as_json = false;');
  await connection.run(PRELUDE);
  const columns = [
    ...BRONZE_COLUMNS.map(({ name, type }) => `${name} ${type}`),
    'ingest_date varchar',
    'event_date varchar',
  ];
  const shape = JSON.stringify([Object.fromEntries(columns.map((column) => column.split(' ')))]);

  async function build(
    model: Model,
    records: readonly Received[],
    targets: readonly string[],
    tables: readonly Table[] = [],
  ): Promise<Built> {
    const made: string[] = [];
    const make = async (kind: 'table' | 'view', name: string, sql: string) => {
      await connection.run(`create temp ${kind} ${name} as ${sql}`);
      made.unshift(`drop ${kind} ${name}`);
    };
    const rows = new Map<string, Row[]>();
    const complaints: string[] = [];
    try {
      const days = targets.map((day) => `('${day}')`).join(', ');
      await make('table', 'targets', `select * from (values ${days}) as days(dt)`);
      const literal = (value: unknown) => `'${JSON.stringify(value).replaceAll("'", "''")}'`;
      for (const { table } of model.inputs.filter((input) => input.table.startsWith('bronze.'))) {
        const select = `select unnest(json_transform(${literal(records)}, '${shape}'), recursive := true)`;
        await make('table', relationName(table), select);
      }
      for (const { output, rows } of tables) {
        const texts = JSON.stringify([
          Object.fromEntries([...output.columns.map(({ name }) => name), 'dt'].map((name) => [name, 'VARCHAR'])),
        ]);
        const values = output.columns.map(({ name, type }) =>
          type === 'timestamp' ? `epoch_ms(cast(${name} as bigint)) as ${name}` : `cast(${name} as ${type}) as ${name}`,
        );
        const select = `select ${[...values, 'dt'].join(', ')}
          from (select unnest(json_transform(${literal(rows)}, '${texts}'), recursive := true))`;
        await make('table', relationName(output.table), select);
      }
      if (model.readsPseudonymKey) {
        const { columns, rows } = await keyRelation();
        const values = rows[0]!.map((value) => `'${value}'`).join(', ');
        await make('table', 'pseudonym_key', `select * from (values (${values})) as k(${columns.join(', ')})`);
      }
      for (const step of model.steps('duckdb')) await make(step.as, step.name, step.sql);
      for (const output of model.outputs) {
        const name = relationName(output.table);
        await make('table', name, output.sql);
        const texts = output.columns.map((column) =>
          column.type === 'timestamp'
            ? `case when epoch_us(${column.name}) % 1000 <> 0 then 'microseconds' else cast(epoch_us(${column.name}) // 1000 as varchar) end as ${column.name}`
            : `cast(${column.name} as varchar) as ${column.name}`,
        );
        const found = await connection.runAndReadAll(`select ${[...texts, 'dt'].join(', ')} from ${name}`);
        rows.set(output.table, found.getRowObjects() as Row[]);
        for (const audit of output.audits) {
          const bad = await connection.runAndReadAll(audit.sql);
          if (bad.currentRowCount > 0) complaints.push(`${output.table} ${audit.name}`);
        }
      }
    } finally {
      for (const drop of made) await connection.run(drop);
    }
    return { rows, complaints };
  }

  return { build, close: () => connection.closeSync() };
}
