import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import { relationName } from '../../core/model/model.ts';
import { type Fixture, readFixtures } from '../gold/fixture.ts';
import { daysInWindows, type Row } from '../gold/gold-database.ts';
import { columnsOf, goldNamed, outputOf, PRELUDE } from '../gold/model-files.ts';
import { comparable } from '../pipeline/truth.ts';
import { Deployment } from './deployment.ts';

const endpoints = inject('athena');

describe.skipIf(!endpoints)('gold on Athena, from inputs that DuckDB wrote', () => {
  let root: string;
  let duckdb: DuckDbEngine;
  let deployment: Deployment;
  let written = 0;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'sluice-athena-'));
    duckdb = new DuckDbEngine({ root, prelude: PRELUDE, threads: 1 });
    deployment = await Deployment.create(endpoints!);
  });
  afterAll(async () => {
    await duckdb?.close();
    await rm(root, { recursive: true });
  });

  test.concurrent.each(readFixtures())('$model $name', async (fixture: Fixture) => {
    const model = goldNamed(fixture.model);
    const { table, sql, columns, audits } = outputOf(model);
    const session = await deployment.engine.open(`fixture-${fixture.model}-${fixture.name}`);
    await session.define({ name: 'targets', columns: ['dt'], rows: fixture.targets.map((day) => [day]) });
    const inputDays: [string, string][] = [];
    for (const { table: input, window } of model.inputs) {
      const days = daysInWindows(window, fixture.targets, fixture.domain);
      const bounded = window.kind === 'month' || window.from !== Number.NEGATIVE_INFINITY;
      if (bounded) inputDays.push(...days.map((day): [string, string] => [input, day]));
      const rows = (fixture.inputs.get(input) ?? []).filter((row) => days.includes(row.at(-1)!));
      const files = await writeByDuckDb(input, rows);
      const given = columnsOf(input).slice(0, -1);
      await session.define({ name: relationName(input), columns: given, partitionedBy: ['dt'], files });
    }
    await session.define({ name: 'input_days', columns: ['input', 'dt'], rows: inputDays });
    const partitions = await session.write(sql, `gold/${fixture.model}/run=${fixture.name}/`);
    const files = partitions.flatMap((partition) => partition.files);
    await session.define({ name: relationName(table), columns, partitionedBy: ['dt'], files });
    const names = columnsOf(table).map(({ name }) => name);
    const { rows } = await session.query(`select ${names.join(', ')} from ${relationName(table)}`);
    for (const audit of audits) expect((await session.query(audit.sql)).rows, audit.name).toEqual([]);
    await session.close();
    const found = rows.map((row) => row.map((value) => (value === null ? null : String(value))));
    expect(comparable(found, columnsOf(table))).toEqual(comparable(withScale(fixture), columnsOf(table)));
  });

  /** The expected rows with all decimals of the columns' types, which fixtures leave out. */
  function withScale({ model, expected }: Fixture): Row[] {
    const scales = columnsOf(`gold.${model}`).map(({ type }) => /^decimal\(\d+,(\d+)\)$/.exec(type)?.[1]);
    return expected.map((row) =>
      row.map((value, i) => (value === null || !scales[i] ? value : Number(value).toFixed(Number(scales[i])))),
    );
  }

  /** The rows as DuckDB publishes them, in the bucket; their keys. */
  async function writeByDuckDb(table: string, rows: readonly Row[]): Promise<string[]> {
    if (rows.length === 0) return [];
    const columns = columnsOf(table);
    const quote = (value: string | null) => (value === null ? 'null' : `'${value.replaceAll("'", "''")}'`);
    const values = rows.map((row) => `(${row.map(quote).join(', ')})`);
    const casts = columns.map(({ name, type }) => `cast("${name}" as ${type}) as "${name}"`);
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    const session = await duckdb.open('write');
    const prefix = `${table.replace('.', '/')}/run=duckdb-${++written}/`;
    const partitions = await session.write(
      `select ${casts.join(', ')} from (values ${values.join(', ')}) as t (${names})`,
      prefix,
    );
    await session.close();
    const files = partitions.flatMap((partition) => partition.files);
    for (const key of files) await deployment.store.put(key, await readFile(join(root, key)));
    return files;
  }
});
