import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
