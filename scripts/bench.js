// `npm run bench`: bundles bench/ and runs it. Not into dist/, which the `sluice` command replaces while it is measured.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'node_modules', '.cache', 'sluice-bench');
await build({
  absWorkingDir: root,
  entryPoints: ['bench/bench.ts', 'bench/raw-duckdb.ts', 'bench/meter.ts'],
  outdir,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'error',
});
const { bench } = await import(pathToFileURL(join(outdir, 'bench.js')).href);
process.exitCode = await bench(process.argv.slice(2), root);
