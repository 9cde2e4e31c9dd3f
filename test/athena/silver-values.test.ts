import fc from 'fast-check';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import interactions from '../../contracts/interactions.ts';
import transactions from '../../contracts/transactions.ts';
import type { AnyContract } from '../../core/contract/contract.ts';
import { DAYS, dirtyRecords, oneOddFieldEach } from '../contract/dirty-records.ts';
import parcels from '../contract/parcels.ts';
import persons from '../contract/persons.ts';
import { keyRelation } from '../contract/protected-values.ts';
import readings from '../contract/readings.ts';
import { PRELUDE } from '../contract/run-model.ts';
import { expected, receivedOf, type Sent } from '../contract/silver-oracle.ts';
import { DAY, heard, ODD, said, told, words } from '../pseudonyms/odd-texts.ts';
import { duckdbOn } from './aws-pipeline.ts';
import { Deployment } from './deployment.ts';
import { oddPayloads } from './odd-payloads.ts';
import { buildSilver, putBronze, sorted } from './silver-build.ts';

const endpoints = inject('athena');

describe.skipIf(!endpoints).each([transactions, interactions, readings, persons, parcels] as AnyContract[])(
  'Athena’s silver of $entity is what a plain reading of the contract gives',
  (entity) => {
    let deployment: Deployment;
    beforeAll(async () => {
      deployment = await Deployment.create(endpoints!);
    });

    test('for each odd value of each field, among some dozens of records that are dirty otherwise', () => {
      // One draw: npm test makes many, on DuckDB.
      const [dirty] = fc.sample(dirtyRecords(entity), { numRuns: 1, seed: 7 }) as [Sent[]];
      return expectAsTold(deployment, entity, [...oneOddFieldEach(entity), ...dirty]);
    });
  },
);

async function expectAsTold(
  { engine, store }: Deployment,
  entity: AnyContract,
  records: readonly Sent[],
): Promise<void> {
  const received = records.map((sent) => receivedOf(sent, entity));
  const files = await putBronze(store, entity, received, DAYS);
  const { tables, complaints } = await buildSilver(engine, entity, files, DAYS);
  const oracle = expected(entity, records, DAYS);
  const quarantine = tables
    .get(`quarantine.${entity.entity}`)!
    .map(({ id, reasons, payload, dt }) => ({ id, reasons, payload, dt }));
  expect(sorted(quarantine)).toEqual(sorted(oracle.quarantine));
  expect(sorted(tables.get(`silver.${entity.entity}`)!)).toEqual(sorted(oracle.silver));
  expect(sorted(tables.get(`ops.balance_${entity.entity}`)!)).toEqual(sorted(oracle.balance));
  expect(complaints).toEqual([]);
}

describe.skipIf(!endpoints)('payloads that are JSON in one way or another', () => {
  test('are read alike by Athena and DuckDB', async () => {
    const { engine, store } = await Deployment.create(endpoints!);
    const files = await putBronze(store, readings, oddPayloads(), DAYS);
    const onAthena = await buildSilver(engine, readings, files, DAYS);
    const onDuckDb = await buildSilver(duckdbOn({ store }, PRELUDE), readings, files, DAYS);
    for (const [table, rows] of onDuckDb.tables) expect(sorted(onAthena.tables.get(table)!)).toEqual(sorted(rows));
  });
});

describe.skipIf(!endpoints)('the key for pseudonyms', () => {
  test.each([true, false])('makes the same of odd texts as node does (bare records: %s)', async (bare) => {
    const { engine, store } = await Deployment.create(endpoints!);
    const files = await putBronze(store, words, said(ODD, bare), [DAY]);
    const { tables, complaints } = await buildSilver(engine, words, files, [DAY]);
    expect(complaints).toEqual([]);
    expect(heard(tables.get('silver.words')!)).toEqual(told(ODD, bare));
  });

  test('is in no statement that Athena is sent, and in no object once the session is closed', async () => {
    const { engine, store, athena } = await Deployment.create(endpoints!);
    const sent: string[] = [];
    athena.middlewareStack.add(
      (next) => (call) => {
        sent.push(JSON.stringify(call.input));
        return next(call);
      },
      { step: 'initialize' },
    );
    const relation = await keyRelation();
    const session = await engine.open('with-a-key');
    await session.define(relation);
    await session.derive('k', 'select length(from_hex(inner_key)) as n from pseudonym_key', 'table');
    expect((await session.query('select n from k')).rows).toEqual([[64n]]);
    expect((await store.list('tmp/')).map(({ key }) => key)).toContainEqual(expect.stringContaining('/pseudonym_key/'));
    await session.close();
    expect(await store.list('')).toEqual([]);
    expect(sent.length).toBeGreaterThan(2);
    for (const part of relation.rows[0]!) expect(sent.join()).not.toContain(part.slice(0, 32));
  });
});
