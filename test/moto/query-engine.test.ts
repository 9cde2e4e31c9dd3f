import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { S3Store } from '../../adapters/aws/s3-store.ts';
import { StagedDuckDbEngine } from '../../adapters/aws/staged-duckdb-engine.ts';
import { newStore } from '../emulators/buckets.ts';
import { s3At } from '../emulators/clients.ts';
import { queryEngineSuite } from '../ports/query-engine-suite.ts';

const endpoint = inject('moto');

describe.skipIf(!endpoint)('DuckDB over moto', () => {
  const client = s3At(endpoint!);
  let scratch: string;
  let prelude: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'sluice-staged-'));
    prelude = await readFile('sql/prelude.sql', 'utf8');
  });
  afterAll(async () => {
    expect(await readdir(scratch), 'left behind').toEqual([]);
    await rm(scratch, { recursive: true });
  });

  function engineOver(store: S3Store, stagedBytes = 1e9): StagedDuckDbEngine {
    return new StagedDuckDbEngine({ store, prelude, threads: 1, stagedBytes, scratch });
  }

  queryEngineSuite('StagedDuckDbEngine', async () => {
    return { engine: engineOver(await newStore(client)), close: async () => {} };
  });

  const numbers =
    "select cast(i as bigint) as id, dt from (values ('2026-01-01'), ('2026-01-02')) as days(dt) cross join unnest(sequence(1, 50)) as n(i)";
  const columns = [{ name: 'id', type: 'bigint', meaning: '' }] as const;

  it('puts into the bucket exactly what it says that it wrote', async () => {
    const store = await newStore(client);
    const session = await engineOver(store).open('a');
    const written = await session.write(numbers, 'gold/t/run=a/');
    await session.close();
    expect((await store.list('')).map(({ key, bytes }) => [key, bytes])).toEqual(
      written.map(({ files, bytes }) => [files[0], bytes]).sort(),
    );
  });

  it('refuses to download more than it may, as what fewer days may not exceed', async () => {
    const store = await newStore(client);
    const session = await engineOver(store).open('writes');
    const files = (await session.write(numbers, 'gold/t/run=a/')).flatMap((partition) => partition.files);
    await session.close();
    const bytes = (await store.list('')).map((object) => object.bytes);
    const bounded = await engineOver(store, bytes[0]! + bytes[1]! - 1).open('reads');
    const relation = (name: string, some: string[]) => ({ name, columns, partitionedBy: ['dt'], files: some });
    await bounded.define(relation('one', files.slice(0, 1)));
    await bounded.define(relation('again', files.slice(0, 1)));
    await expect(bounded.define(relation('both', files))).rejects.toMatchObject({
      name: 'EngineError',
      kind: 'exhausted',
      message: expect.stringMatching(/both takes more than the \d+ bytes .*engine: athena/),
    });
    await bounded.close();
  });

  it('says which file is not there', async () => {
    const session = await engineOver(await newStore(client)).open('a');
    const absent = { name: 't', columns, partitionedBy: ['dt'], files: ['gold/t/dt=2026-01-01/absent.parquet'] };
    await expect(session.define(absent)).rejects.toThrow(/absent\.parquet \(NoSuchKey\)/);
    await session.close();
  });
});
