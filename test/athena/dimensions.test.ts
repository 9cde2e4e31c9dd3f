import fc from 'fast-check';
import { decompress } from 'fzstd';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, inject, test } from 'vitest';
import type { AnyContract } from '../../core/contract/contract.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { DAYS, dirtyRecords } from '../contract/dirty-records.ts';
import parcels from '../contract/parcels.ts';
import readings from '../contract/readings.ts';
import { PRELUDE } from '../contract/run-model.ts';
import { judge, receivedOf, type Sent } from '../contract/silver-oracle.ts';
import { duckdbOn } from './aws-pipeline.ts';
import { Deployment } from './deployment.ts';
import { buildSilver, putBronze, sorted } from './silver-build.ts';

const endpoints = inject('athena');
const changing: AnyContract = { ...readings, key: ['sensor_id', 'measured_at'], history: 'changes' };

describe.skipIf(!endpoints)('dimensions on Athena', () => {
  test.each([parcels, changing] as AnyContract[])(
    'are as of each day what they are on DuckDB: $history',
    async (entity) => {
      const { engine, store } = await Deployment.create(endpoints!);
      const draws = fc.sample(dirtyRecords(entity), { numRuns: 6, seed: 3 }) as Sent[][];
      const records = draws.flat().map((sent) => ({ sent, received: receivedOf(sent, entity) }));
      const isSound = ({ sent, received }: (typeof records)[0]) =>
        judge(entity, sent, received.payload).reasons.length === 0;
      // A day of which nothing is refused, before one that has little: a snapshot that is sound, and one that is not.
      const [, calm, last] = DAYS;
      const kept = records.filter((one, n) => {
        if (one.sent.arrival === last) return n % 20 === 0 || !isSound(one);
        return one.sent.arrival !== calm || isSound(one);
      });
      const received = kept.map((one) => one.received);
      const files = await putBronze(store, entity, received, DAYS);
      const onAthena = await buildSilver(engine, entity, files, DAYS);
      const onDuckDb = await buildSilver(duckdbOn({ store }, PRELUDE), entity, files, DAYS);
      expect(onAthena.complaints).toEqual([]);
      const asof = onDuckDb.tables.get(`silver.${entity.entity}_asof`)!;
      expect(new Set(asof.map(({ dt }) => dt)).size).toBeGreaterThan(1);
      if (entity === parcels) {
        const since = asof.filter(({ dt }) => dt === last).map(({ valid_from }) => valid_from);
        expect(new Set(since)).toEqual(new Set([calm, last]));
      }
      for (const [table, rows] of onDuckDb.tables) expect(sorted(onAthena.tables.get(table)!)).toEqual(sorted(rows));
    },
  );

  const ROW = `cast(n as varchar) as id, 's' as source, cast(n * 7919 % 100003 as varchar) as code,
  element_at(array['a1', 'a2', 'a3', 'ß1'], cast(n % 4 + 1 as integer)) as town, 'p' as place,
  cast(1 as decimal(20,2)) as weight, cast(null as timestamp) as listed_at`;
  const MANY = `from unnest(sequence(1, 10000)) as a(i)
cross join unnest(sequence(0, 4)) as b(j)
cross join unnest(array[i + 10000 * j]) as c(n)`;
  const [silver, asof] = entityModels(parcels, PRELUDE);

  test.each([
    { model: silver!, given: [['winners', `select ${ROW}, '2026-01-01' as dt\n${MANY}`]] },
    {
      model: asof!,
      given: [
        ['targets', "select '2026-01-02' as dt"],
        [
          'parcels',
          `select r.*, r.town as zone, r.place as spot, '2026-01-01' as dt\nfrom (select ${ROW}\n${MANY}) as r`,
        ],
        ['quarantine_parcels', "select 'x' as key_code, '2026-01-01' as dt where 1 = 0"],
        ...asof!.steps('trino').map(({ name, sql }) => [name, sql]),
      ],
    },
  ])('$model.name has its clustered rows in order in its files', async ({ model, given }) => {
    const { engine, store } = await Deployment.create(endpoints!);
    const session = await engine.open(`clustered_${model.name.replace('.', '_')}`);
    for (const [name, sql] of given) await session.derive(name!, sql!, 'table');
    const [output] = model.outputs;
    const [written] = await session.write(output!.sql, `${model.name.replace('.', '/')}/run=clustered/`);
    await session.close();
    let rowsRead = 0;
    for (const key of written!.files) {
      const rows = await parquetReadObjects({
        file: new Uint8Array((await store.get(key))!).buffer,
        columns: ['zone', 'town', 'code'],
        compressors: { ZSTD: (input, length) => decompress(input, new Uint8Array(length)) },
      });
      const keys = rows.map(({ zone, town, code }) => [zone, town, code].join(' '));
      expect(keys).toEqual([...keys].sort());
      rowsRead += keys.length;
    }
    expect(rowsRead).toBe(50_000);
  });
});
