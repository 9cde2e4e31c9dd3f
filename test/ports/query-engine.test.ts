import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import { queryEngineSuite } from './query-engine-suite.ts';

queryEngineSuite('DuckDbEngine', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sluice-engine-'));
  const prelude = await readFile('sql/prelude.sql', 'utf8');
  const engine = new DuckDbEngine({ root, prelude, threads: 2 });
  const close = async (): Promise<void> => {
    await engine.close();
    await rm(root, { recursive: true });
  };
  return { engine, close };
});

test('DuckDbEngine writes no encoding that Athena may not know', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sluice-engine-'));
  const engine = new DuckDbEngine({ root, prelude: await readFile('sql/prelude.sql', 'utf8') });
  const session = await engine.open('encodings');
  const encodings = async (column: string): Promise<unknown> => {
    const numbers = 'select nr from unnest(sequence(1, 10000)) as numbers (nr)';
    const [written] = await session.write(
      `with numbers as (${numbers}) select ${column}, '2026-01-01' as dt from numbers`,
      `t/${column.replaceAll(/\W/g, '')}/`,
    );
    const path = join(root, written!.files[0]!);
    return (await session.query(`select distinct encodings from parquet_metadata('${path}')`)).rows;
  };
  expect(await encodings('cast(nr as double) / 7e0 as ratio')).toEqual([['PLAIN']]);
  // Athena writes delta encodings itself.
  expect(await encodings('cast(nr as bigint) as nr')).toEqual([['DELTA_BINARY_PACKED']]);
  await session.close();
  await engine.close();
  await rm(root, { recursive: true });
});
