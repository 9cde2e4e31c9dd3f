import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import interactions from '../../contracts/interactions.ts';
import transactions from '../../contracts/transactions.ts';
import type { AnyContract } from '../../core/contract/contract.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { unparsableModel } from '../../core/contract/unparsable-model.ts';
import { DAYS, dirtyRecords, oneOddFieldEach } from './dirty-records.ts';
import parcels from './parcels.ts';
import persons from './persons.ts';
import readings from './readings.ts';
import { type Built, modelRunner, PRELUDE, type Table } from './run-model.ts';
import { expected, receivedOf, type Sent } from './silver-oracle.ts';

let runner: Awaited<ReturnType<typeof modelRunner>>;
beforeAll(async () => {
  runner = await modelRunner();
});
afterAll(() => runner.close());

/** Records whose day is a target, as the planner gives them to a build. */
function inTargets(entity: AnyContract, records: readonly Sent[], targets: readonly string[]) {
  const received = records.map((sent) => receivedOf(sent, entity));
  return received.filter((r) => targets.includes(r.event_date === 'unknown' ? r.ingest_date : r.event_date));
}

/** Builds the silver model, with the keys of all days in sight. */
async function build(entity: AnyContract, records: readonly Sent[], targets: readonly string[]): Promise<Built> {
  const models = entityModels(entity, PRELUDE);
  const at = models.findIndex(({ name }) => name === `silver.${entity.entity}`);
  const tables: Table[] = [];
  for (const model of models.slice(0, at)) {
    const { rows, complaints } = await runner.build(model, inTargets(entity, records, DAYS), DAYS);
    expect(complaints).toEqual([]);
    tables.push(...model.outputs.map((output) => ({ output, rows: rows.get(output.table)! })));
  }
  return runner.build(models[at]!, inTargets(entity, records, targets), targets, tables);
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}

/** The build of these records gives what the oracle tells. */
async function expectAsTold(entity: AnyContract, records: readonly Sent[]) {
  const { rows, complaints } = await build(entity, records, DAYS);
  const oracle = expected(entity, records, DAYS);
  const doubles = Object.entries(entity.fields).filter(([, field]) => field.kind === 'double');
  const silver = rows.get(`silver.${entity.entity}`)!.map((row) => {
    const numbers = doubles.map(([name]) => [name, row[name] === null ? null : String(Number(row[name]))]);
    return { ...row, ...Object.fromEntries(numbers) };
  });
  const quarantine = rows
    .get(`quarantine.${entity.entity}`)!
    .map(({ id, reasons, payload, dt }) => ({ id, reasons, payload, dt }));
  expect(sorted(quarantine)).toEqual(sorted(oracle.quarantine));
  expect(sorted(silver)).toEqual(sorted(oracle.silver));
  expect(sorted(rows.get(`ops.balance_${entity.entity}`)!)).toEqual(sorted(oracle.balance));
  expect(complaints).toEqual([]);
}

describe.each([transactions, interactions, readings, persons, parcels] as AnyContract[])(
  'the silver model of $entity',
  (entity) => {
    it('gives what a plain reading of the contract gives, of dirty records in any order', async () => {
      await fc.assert(
        fc.asyncProperty(dirtyRecords(entity), (records) => expectAsTold(entity, records)),
        { numRuns: 15 },
      );
    });

    it('gives it for each odd value of each field', () => expectAsTold(entity, oneOddFieldEach(entity)));

    it('gives the same for several days at once as for each day alone', async () => {
      await fc.assert(
        fc.asyncProperty(dirtyRecords(entity), async (records) => {
          const together = await build(entity, records, DAYS);
          const alone: Built[] = [];
          for (const day of DAYS) alone.push(await build(entity, [...records].reverse(), [day]));
          for (const [table, rows] of together.rows) {
            expect(sorted(rows)).toEqual(sorted(alone.flatMap((built) => built.rows.get(table)!)));
          }
        }),
        { numRuns: 3 },
      );
    });
  },
);

describe('the model of unparsable records', () => {
  it('quarantines each of them once, on the day it arrived', async () => {
    const record = { payload: '{', reason: 'not_json', ingest_date: '2026-03-01', event_date: 'unknown' };
    const streamed = { ...record, shard_id: 's', sequence_number: '1' };
    const { rows, complaints } = await runner.build(
      unparsableModel(PRELUDE),
      [record, record, streamed, streamed, { ...streamed, sub_sequence: 1 }],
      ['2026-03-01', '2026-03-02'],
    );
    const quarantined = rows.get('quarantine.unparsable')!;
    expect(quarantined.map(({ reasons, payload, dt }) => [reasons, payload, dt])).toEqual(
      Array(4).fill(['not_json', '{', '2026-03-01']),
    );
    const balance = (dt: string, received: string, redelivered: string) => ({
      entity: 'unparsable',
      received,
      accepted: '0',
      quarantined: received,
      duplicates: '0',
      redelivered,
      dt,
    });
    expect(sorted(rows.get('ops.balance_unparsable')!)).toEqual(
      sorted([balance('2026-03-01', '4', '1'), balance('2026-03-02', '0', '0')]),
    );
    expect(complaints).toEqual([]);
  });
});
