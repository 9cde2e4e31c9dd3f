import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { s3BulkLoader } from '../../adapters/aws/s3-bulk-loader.ts';
import type { S3Store } from '../../adapters/aws/s3-store.ts';
import { StagedDuckDbEngine } from '../../adapters/aws/staged-duckdb-engine.ts';
import type { LoadedProject } from '../../adapters/local/project-files.ts';
import { routeOf } from '../../core/contract/route-of.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import type { BulkLoader } from '../../core/ports/bulk-loader.ts';
import type { QueryEngine } from '../../core/ports/query-engine.ts';
import { Pipeline, type Rows } from '../pipeline/pipeline.ts';
import { comparable } from '../pipeline/truth.ts';
import type { Deployment } from './deployment.ts';

export const RELEASE = '2026-01-01T00:00:00.000Z';

/**
 * The pipeline with its warehouse in a bucket: log, loads and files on S3, built by the given engine.
 *
 * @param root a folder that stays empty
 */
export function pipelineOn(
  { store }: Deployment,
  engine: QueryEngine,
  project: LoadedProject,
  root: string,
  release = RELEASE,
): Pipeline {
  const routing = project.contracts.map(routeOf);
  // Files are dropped into the same bucket: one is enough for a test.
  const load: BulkLoader = async (files, id) => {
    const landed = await Promise.all(
      files.map(async (file) => {
        const key = `landing/${file.hash}/${basename(file.path)}`;
        await store.put(key, await readFile(file.path));
        return { ...file, path: store.uri(key) };
      }),
    );
    return s3BulkLoader({ landing: store, warehouse: store, routing })(landed, id);
  };
  return new Pipeline(root, project, release, { store: () => store, engine: () => engine, load: () => load });
}

/** DuckDB as it runs in a Lambda: over the bucket's files, through the disk. */
export function duckdbOn({ store }: { readonly store: S3Store }, prelude: string): StagedDuckDbEngine {
  return new StagedDuckDbEngine({ store, prelude, threads: 1, memory: '400MB', stagedBytes: 1e9 });
}

/** Every row of every table as text, `dt` last, in one order, read by this engine. */
export async function rowsBy(engine: QueryEngine, project: LoadedProject, { partitions }: LedgerState): Promise<Rows> {
  const session = await engine.open(`rows-${Math.random()}`);
  try {
    const tables: Rows = new Map();
    for (const [table, { output }] of project.tables) {
      const files = [...(partitions.get(table)?.values() ?? [])].flatMap((version) => version.files);
      if (files.length === 0) {
        tables.set(table, []);
        continue;
      }
      const relation = table.replace('.', '_');
      await session.define({ name: relation, columns: output.columns, partitionedBy: ['dt'], files });
      const columns = [...output.columns.map(({ name }) => name), 'dt'];
      const { rows } = await session.query(`select ${columns.join(', ')} from ${relation}`);
      const texts = rows.map((row) => row.map((value) => (value === null ? null : String(value))));
      tables.set(table, comparable(texts, output.columns));
    }
    return tables;
  } finally {
    await session.close();
  }
}
