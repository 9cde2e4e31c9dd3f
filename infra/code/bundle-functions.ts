import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, build } from 'esbuild';
import { ConfigurationError } from '../../core/errors.ts';
import type { FunctionCode } from '../constructs/sluice-function.ts';
import { functions } from '../functions.ts';
import type { FunctionName } from '../permissions.ts';
import { duckDbForLambda } from './duckdb-for-lambda.ts';

export interface BundledFunctions {
  /** Contracts and SQL as the functions have them. */
  readonly project: string;
  readonly codeOf: (name: FunctionName) => FunctionCode;
  /** Deletes what was written. CDK has copied it into its output by the time that stacks are made of it. */
  dispose(): void;
}

/** The one asset of all functions that hold DuckDB: 20 MB are uploaded once. */
const WITH_DUCKDB = 'duckdb';

const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  // Native, and installed beside the bundle for the functions that need it.
  external: ['@duckdb/node-bindings*'],
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: 'error',
};

/**
 * Bundles every function into a folder of its own, those with DuckDB into one, each with the project beside it.
 *
 * @param root of the checkout
 * @param writeProject writes `project/` into a folder
 * @throws ConfigurationError if a function that is to start fast holds DuckDB
 */
export async function bundleFunctions(
  root: string,
  writeProject: (folder: string) => Promise<void>,
): Promise<BundledFunctions> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-functions-'));
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  try {
    const names = Object.keys(functions) as FunctionName[];
    const places = new Map(
      names.map((name) => {
        const { duckdb } = functions[name];
        return [name, duckdb ? { asset: WITH_DUCKDB, file: name } : { asset: name, file: 'index' }];
      }),
    );
    const [{ metafile }] = await Promise.all([
      build({
        ...OPTIONS,
        absWorkingDir: root,
        entryPoints: [...places].map(([name, { asset, file }]) => ({
          in: functions[name].entry,
          out: `${asset}/${file}`,
        })),
        outdir: folder,
      }),
      writeProject(folder),
    ]);
    for (const [output, { entryPoint, imports }] of Object.entries(metafile!.outputs)) {
      const native = imports.find(({ path, external }) => external && path.startsWith('@duckdb/'));
      if (native && !output.includes(`/${WITH_DUCKDB}/`))
        throw new ConfigurationError(
          `${entryPoint}: imports ${native.path}: expected no DuckDB, as infra/functions.ts says`,
        );
    }
    for (const asset of new Set([...places.values()].map((place) => place.asset))) {
      cpSync(join(folder, 'project'), join(folder, asset, 'project'), { recursive: true });
    }
    const modules = join(folder, WITH_DUCKDB, 'node_modules');
    mkdirSync(modules);
    cpSync(duckDbForLambda(root), modules, { recursive: true });
    return {
      project: join(folder, 'project'),
      codeOf: (name) => {
        const { asset, file } = places.get(name)!;
        return { code: Code.fromAsset(join(folder, asset)), handler: `${file}.handler` };
      },
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
