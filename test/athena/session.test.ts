import { ListQueryExecutionsCommand } from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, GetDatabasesCommand } from '@aws-sdk/client-glue';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import type { AthenaEngine } from '../../adapters/aws/athena-engine.ts';
import { collectStaging } from '../../adapters/aws/staging-collect.ts';
import { StillRunningError } from '../../core/errors.ts';
import type { Column } from '../../core/model/column.ts';
import type { QueryResult, WrittenPartition } from '../../core/ports/query-engine.ts';
import { Deployment } from './deployment.ts';

const endpoints = inject('athena');
const COLUMNS: readonly Column[] = [{ name: 'n', type: 'bigint', meaning: '' }];

describe.skipIf(!endpoints)('a session in Athena', () => {
  let deployment: Deployment;
  beforeEach(async () => {
    deployment = await Deployment.create(endpoints!);
  });

  /** What a build does: tables, views, an output, a look at it. Not closed. */
  async function work(engine: AthenaEngine): Promise<{ written: WrittenPartition[]; found: QueryResult }> {
    const session = await engine.open('attempt-1');
    try {
      await session.define({ name: 'targets', columns: ['dt'], rows: [['2026-01-01'], ['2026-01-02']] });
      await session.derive(
        'numbered',
        'select dt, cast(row_number() over (order by dt) as bigint) as n from targets',
        'table',
      );
      await session.derive('doubled', 'select 2 * n as n, dt from numbered', 'view');
      const written = await session.write('select n, dt from doubled', 'gold/t/run=attempt-1/');
      const files = written.flatMap((partition) => partition.files);
      await session.define({ name: 't', columns: COLUMNS, partitionedBy: ['dt'], files });
      return { written, found: await session.query('select n, dt from t order by n') };
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  const queries = async (): Promise<number> => {
    const { QueryExecutionIds: ids = [] } = await deployment.athena.send(new ListQueryExecutionsCommand({}));
    return ids.length;
  };
  const databases = async (): Promise<string[]> => {
    const { DatabaseList: list = [] } = await deployment.glue.send(new GetDatabasesCommand({}));
    return list.map(({ Name }) => Name!).filter((name) => name.startsWith(deployment.databases));
  };

  test('that is opened again goes on with its queries and runs none twice', async () => {
    const first = await work(deployment.engine);
    const before = await queries();
    const again = await work(deployment.engineWith({}));
    expect(again).toEqual(first);
    expect(first.found.rows).toEqual([
      [2n, '2026-01-01'],
      [4n, '2026-01-02'],
    ]);
    expect(await queries()).toBe(before);
    // Also when it was closed, but nobody heard of it.
    await (await deployment.engine.open('attempt-1')).close();
    expect(await work(deployment.engineWith({}))).toEqual(first);
    expect(await queries()).toBe(before);
  });

  test('stays as it is when the time is up, wherever that is, and goes on later', async () => {
    const expected = (await work((await Deployment.create(endpoints!)).engine)).found.rows;
    let rounds = 0;
    for (;;) {
      let left = 60 + rounds;
      // Less each time that somebody asks: so the time is up a little later in each round.
      const engine = deployment.engineWith({ deadline: () => (left-- > 55 ? 1_000_000 : 0) });
      try {
        const { found } = await work(engine);
        expect(found.rows).toEqual(expected);
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(StillRunningError);
        expect(await databases()).toHaveLength(1);
        rounds += 1;
      }
    }
    expect(rounds).toBeGreaterThan(2);
  });

  test('leaves no table, database or object behind', async () => {
    await work(deployment.engine);
    expect(await databases()).toHaveLength(1);
    expect(await deployment.store.list('tmp/')).not.toEqual([]);
    const session = await deployment.engine.open('attempt-1');
    await session.close();
    await session.close();
    expect(await databases()).toEqual([]);
    expect(await deployment.store.list('tmp/')).toEqual([]);
    expect(await deployment.store.list('gold/')).toHaveLength(2);
  });

  test('whose process died is collected, once it is old; other databases are left alone', async () => {
    await work(deployment.engine);
    const like = `${deployment.databases}_staging_like`;
    await deployment.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: like } }));
    const collect = (olderThan: number) =>
      collectStaging(deployment.glue, deployment.store, deployment.databases, olderThan);
    expect(await collect(3_600_000)).toEqual({ databases: [], objects: 0 });
    expect(await databases()).toHaveLength(2);
    const collected = await collect(-3_600_000);
    expect(collected.databases).toHaveLength(1);
    expect(collected.objects).toBeGreaterThan(0);
    expect(await databases()).toEqual([like]);
    expect(await deployment.store.list('tmp/')).toEqual([]);
    expect(await deployment.store.list('gold/')).toHaveLength(2);
  });

  test('counts what its queries took, and gives results of many pages in their order', async () => {
    const session = await deployment.engine.open('pages');
    await session.derive('numbers', 'select n from unnest(sequence(1, 2500)) as numbers (n)', 'table');
    await session.derive('strings', 'select n, cast(n as varchar) as text from numbers', 'view');
    const { rows } = await session.query(
      "with padded as (select n, lpad(text, 5, '0') as text from strings) select text from padded order by n desc",
    );
    expect(rows).toEqual(Array.from({ length: 2500 }, (_, i) => [String(2500 - i).padStart(5, '0')]));
    const { queries: count, bytes, dollars, milliseconds } = session.statistics;
    expect(count).toBe(2);
    expect(bytes).toBeGreaterThan(0);
    // 10 MB are the least that a query costs.
    expect(dollars).toBeCloseTo(2 * 0.00005, 10);
    expect(milliseconds).toBeGreaterThan(0);
    await session.close();
  });

  test.each([
    ['statement', 'select from'],
    ['statement', 'select nothing from nowhere'],
    ['statement', "select 1 + 'a'"],
    ['statement', 'with a as (select 1 as n), a as (select 2 as n) select n from a'],
    ['data', 'select 1 / n from (values 0) as t (n)'],
    ['data', "select cast(text as bigint) from (values 'x') as t (text)"],
    ['data', 'select n + n from (values 9223372036854775807) as t (n)'],
    ['data', 'select cast(n as decimal(18,2)) from (values cast(1e30 as double)) as t (n)'],
    ['data', 'select (select n from (values 1, 2) as t (n))'],
  ])('says that it is the %s: %s', async (kind, sql) => {
    const session = await deployment.engine.open('failing');
    await expect(session.query(sql)).rejects.toMatchObject({ name: 'EngineError', kind });
    await session.close();
  });
});
