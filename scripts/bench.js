// `npm run bench`, `npm run bench -- stream`, `npm run bench -- generate`: bundles bench/ and runs it. Not into dist/, which the `sluice` command replaces while it is measured.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { writeLambdaProject } from './lambda-project.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'node_modules', '.cache', 'sluice-bench');
await build({
  absWorkingDir: root,
  entryPoints: [
    'bench/bench.ts',
    'bench/raw-duckdb.ts',
    'bench/meter.ts',
    'bench/stream.ts',
    'bench/stream-worker.ts',
    'bench/generate.ts',
  ],
  outdir,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'error',
});
const load = (name) => import(pathToFileURL(join(outdir, name)).href);
if (process.argv[2] === 'stream')
  process.exitCode = await (await load('stream.js')).benchStream(root, writeLambdaProject);
else if (process.argv[2] === 'generate')
  process.exitCode = await (await load('generate.js')).benchGenerate(process.argv.slice(3), root);
else process.exitCode = await (await load('bench.js')).bench(process.argv.slice(2), root);
