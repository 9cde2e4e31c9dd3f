import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { AthenaSession } from '../../adapters/aws/athena-session.ts';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { type Model, relationName } from '../../core/model/model.ts';
import persons from '../contract/persons.ts';
import { keyRelation } from '../contract/protected-values.ts';
import readings from '../contract/readings.ts';
import { PRELUDE, PROJECT } from '../gold/model-files.ts';
import { Deployment } from './deployment.ts';

const endpoints = inject('athena');

/** Of every contract and model in the folders, and of contracts with every kind of field and of protection. */
const MODELS = [...PROJECT.models, ...entityModels(readings, PRELUDE), ...entityModels(persons, PRELUDE)];
const TABLES = new Map(MODELS.flatMap(({ outputs }) => outputs).map((output) => [output.table, output]));

describe.skipIf(!endpoints).each(MODELS)('every statement of $name has the types that Athena wants', (model) => {
  let session: AthenaSession;
  beforeAll(async () => {
    session = await (await Deployment.create(endpoints!)).engine.open(model.name);
    await session.define({ name: 'targets', columns: ['dt'], rows: [['2026-01-01']] });
    await session.define({ name: 'input_days', columns: ['input', 'dt'], rows: [] });
    for (const { table } of model.inputs) await session.define(empty(table));
    if (model.readsPseudonymKey) await session.define(await keyRelation());
    for (const step of model.steps('trino')) await session.derive(step.name, step.sql, step.as);
  });
  afterAll(() => session.close());

  test.each(model.outputs)('$table: its select gives the declared columns', async ({ sql, columns }) => {
    const found = await session.query(`select * from (\n${sql}\n) limit 0`);
    const declared = columns.map(({ name, type }) => ({ name, type }));
    expect(found.columns).toEqual([...declared, { name: 'dt', type: 'varchar' }]);
  });

  test('audits and accounts', async () => {
    for (const { table, columns, audits } of model.outputs) {
      const relation = relationName(table);
      await session.define({ name: relation, columns, partitionedBy: ['dt'], files: [] });
      await session.checksums(relation, [...columns.map(({ name }) => name), 'dt']);
      for (const { sql } of audits) {
        expect((await session.query(`select * from (\n${sql}\n) limit 0`)).columns[0]?.name).toBe('dt');
      }
    }
    if (model.accounts) {
      const types = (await session.query(model.accounts)).columns.map(({ type }) => type);
      expect(types).toEqual(['varchar', 'bigint']);
    }
  });
});

function empty(table: string): Parameters<AthenaSession['define']>[0] {
  const name = relationName(table);
  if (table.startsWith('bronze.')) {
    return { name, columns: BRONZE_COLUMNS, partitionedBy: ['entity', 'ingest_date', 'event_date'], files: [] };
  }
  const columns = TABLES.get(table)?.columns;
  if (!columns) throw new Error(`There is no table ${table}.`);
  return { name, columns, partitionedBy: ['dt'], files: [] };
}

test('there are models', () => {
  expect(MODELS.map((model: Model) => model.name)).toContain('gold.sessions');
});
