import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { AthenaSession } from '../../adapters/aws/athena-session.ts';
import { AthenaViews } from '../../adapters/aws/athena-views.ts';
import { stagingPlace } from '../../adapters/aws/staging-session.ts';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { type Model, relationName } from '../../core/model/model.ts';
import persons from '../contract/persons.ts';
import { keyRelation } from '../contract/protected-values.ts';
import readings from '../contract/readings.ts';
import { CATALOG } from '../emulators/trino.ts';
import { PRELUDE, PROJECT } from '../gold/model-files.ts';
import { Deployment } from './deployment.ts';

const endpoints = inject('athena');

/** Of every contract and model in the folders, and of contracts with every kind of field and of protection. */
const MODELS = [...PROJECT.models, ...entityModels(readings, PRELUDE), ...entityModels(persons, PRELUDE)];
const TABLES = new Map(MODELS.flatMap(({ outputs }) => outputs).map((output) => [output.table, output]));

describe.skipIf(!endpoints)('every statement has the types that Athena wants', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await Deployment.create(endpoints!);
  });

  test.each(MODELS)('$name', async (model) => {
    const session = await deployment.engine.open(model.name);
    await session.define({ name: 'targets', columns: ['dt'], rows: [] });
    await session.define({ name: 'input_days', columns: ['input', 'dt'], rows: [] });
    for (const { table } of model.inputs) await session.define(empty(table));
    if (model.readsPseudonymKey) await session.define(await keyRelation());

    // Nothing is run: steps that are tables are read through, too.
    const views = new AthenaViews();
    const { database: schema } = stagingPlace(deployment.databases, model.name);
    const typesOf = async (sql: string): Promise<{ name: unknown; type: unknown }[]> => {
      const prepared = { statement: views.before(sql) };
      const { rows } = await deployment.trino.run('describe output statement', { catalog: CATALOG, schema, prepared });
      return rows.map(([name, , , , type]) => ({ name, type: String(type).replace(/^varchar\(\d+\)$/, 'varchar') }));
    };
    for (const step of model.steps('trino')) views.add(step.name, step.sql);
    for (const { table, sql, columns, audits } of model.outputs) {
      const declared = columns.map(({ name, type }) => ({ name, type: type === 'timestamp' ? 'timestamp(3)' : type }));
      expect(await typesOf(sql), table).toEqual([...declared, { name: 'dt', type: 'varchar' }]);
      await session.define({ name: relationName(table), columns, partitionedBy: ['dt'], files: [] });
      for (const audit of audits)
        expect((await typesOf(audit.sql))[0], audit.name).toEqual({ name: 'dt', type: 'varchar' });
    }
    if (model.accounts) {
      expect((await typesOf(model.accounts)).map(({ type }) => type)).toEqual(['varchar', 'bigint']);
    }
    await session.close();
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
