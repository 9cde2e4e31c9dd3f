import fc from 'fast-check';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { AthenaSession } from '../../adapters/aws/athena-session.ts';
import interactions from '../../contracts/interactions.ts';
import transactions from '../../contracts/transactions.ts';
import { bronzePrefix } from '../../core/bronze/bronze-object.ts';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import { bronzeParquet } from '../../core/bronze/parquet.ts';
import type { AnyContract } from '../../core/contract/contract.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { type Model, relationName } from '../../core/model/model.ts';
import type { Relation, Value } from '../../core/ports/query-engine.ts';
import { DAYS, dirtyRecords, oneOddFieldEach } from '../contract/dirty-records.ts';
import readings from '../contract/readings.ts';
import { PRELUDE, type Received } from '../contract/run-model.ts';
import { expected, receivedOf, type Sent } from '../contract/silver-oracle.ts';
import { Deployment } from './deployment.ts';

const endpoints = inject('athena');

/** Draws of some dozens of dirty records; npm test makes many more, on DuckDB. */
const DRAWS = 1;

describe.skipIf(!endpoints).each([transactions, interactions, readings] as AnyContract[])(
  'Athena’s silver of $entity is what a plain reading of the contract gives',
  (entity) => {
    let deployment: Deployment;
    beforeAll(async () => {
      deployment = await Deployment.create(endpoints!);
    });

    test('for each odd value of each field', () => expectAsTold(deployment, entity, oneOddFieldEach(entity)));

    const draws = fc.sample(dirtyRecords(entity), { numRuns: DRAWS, seed: 7 });
    test.each(draws.map((records, draw) => ({ draw, records })))('for dirty records, draw $draw', ({ records }) =>
      expectAsTold(deployment, entity, records),
    );
  },
);

let builds = 0;

async function expectAsTold(deployment: Deployment, entity: AnyContract, records: readonly Sent[]): Promise<void> {
  const attempt = `values-${++builds}`;
  const files = await bronzeFiles(deployment, entity, records);
  const tables = new Map<string, Record<string, Value>[]>();
  const written = new Map<string, Pick<Relation, 'columns' | 'files'>>();
  for (const model of entityModels(entity, PRELUDE)) {
    const session = await deployment.engine.open(`${attempt}-${model.name}`);
    await session.define({ name: 'targets', columns: ['dt'], rows: DAYS.map((day) => [day]) });
    await defineInputs(session, model, files, written);
    for (const step of model.steps('trino')) await session.derive(step.name, step.sql, step.as);
    for (const { table, columns, sql, audits } of model.outputs) {
      const partitions = await session.write(sql, `${table.replace('.', '/')}/run=${attempt}/`);
      const found = { columns, files: partitions.flatMap((partition) => partition.files) };
      written.set(table, found);
      const relation = relationName(table);
      await session.define({ name: relation, partitionedBy: ['dt'], ...found });
      const names = [...columns.map(({ name }) => name), 'dt'];
      const { rows } = await session.query(`select ${names.join(', ')} from ${relation}`);
      tables.set(
        table,
        rows.map((row) => Object.fromEntries(names.map((name, i) => [name, comparable(row[i]!, columns[i]?.type)]))),
      );
      for (const { name, sql: audit } of audits) expect((await session.query(audit)).rows, name).toEqual([]);
    }
    await session.close();
  }
  const oracle = expected(entity, records, DAYS);
  const quarantine = tables
    .get(`quarantine.${entity.entity}`)!
    .map(({ id, reasons, payload, dt }) => ({ id, reasons, payload, dt }));
  expect(sorted(quarantine)).toEqual(sorted(oracle.quarantine));
  expect(sorted(tables.get(`silver.${entity.entity}`)!)).toEqual(sorted(oracle.silver));
  expect(sorted(tables.get(`ops.balance_${entity.entity}`)!)).toEqual(sorted(oracle.balance));
}

/** Two files of each bronze partition, and beside them one that nobody is told of. */
async function bronzeFiles(deployment: Deployment, entity: AnyContract, records: readonly Sent[]): Promise<string[]> {
  const partitions = new Map<string, Received[]>();
  for (const sent of records) {
    const received = receivedOf(sent, entity);
    const day = received.event_date === 'unknown' ? received.ingest_date : received.event_date;
    if (!DAYS.includes(day)) continue;
    const prefix = `${builds}/${bronzePrefix(entity.entity, received.ingest_date, received.event_date)}`;
    partitions.set(prefix, [...(partitions.get(prefix) ?? []), received]);
  }
  const files: string[] = [];
  for (const [prefix, received] of partitions) {
    const half = Math.ceil(received.length / 2);
    const parts = [received.slice(0, half), received.slice(half), received];
    for (const [number, part] of parts.entries()) {
      if (part.length === 0) continue;
      const key = `${prefix}${number}.parquet`;
      await deployment.store.put(key, bronzeParquet(part.map(bronzeRow)));
      if (number < 2) files.push(key);
    }
  }
  return files;
}

function bronzeRow(received: Received): Parameters<typeof bronzeParquet>[0][number] {
  const { id = null, source = null, type = null, payload } = received;
  return {
    record: { id, source, type, time: null, payload, reason: null, entity: '', eventDate: received.event_date },
    shardId: received.shard_id ?? null,
    sequenceNumber: received.sequence_number ?? null,
    subSequence: received.sub_sequence ?? null,
    fileHash: received.file_hash ?? null,
    line: received.line ?? null,
    ingestedAt: Date.parse(`${received.ingest_date}T12:00:00Z`),
  };
}

async function defineInputs(
  session: AthenaSession,
  model: Model,
  bronze: readonly string[],
  written: ReadonlyMap<string, Pick<Relation, 'columns' | 'files'>>,
): Promise<void> {
  for (const { table } of model.inputs) {
    const name = relationName(table);
    if (table.startsWith('bronze.')) {
      const partitionedBy = ['entity', 'ingest_date', 'event_date'];
      await session.define({ name, columns: BRONZE_COLUMNS, partitionedBy, files: bronze });
    } else await session.define({ name, partitionedBy: ['dt'], ...written.get(table)! });
  }
}

/** As the plain reading has it: text, and a timestamp as milliseconds. */
function comparable(value: Value, type: string | undefined): string | null {
  if (value === null) return null;
  return type === 'timestamp' ? String(Date.parse(`${String(value).replace(' ', 'T')}Z`)) : String(value);
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}
