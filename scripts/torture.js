// `npm run torture`: bundles test/torture/ and runs it on the command of this checkout.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'node_modules', '.cache', 'sluice-torture');
await build({
  absWorkingDir: root,
  entryPoints: ['test/torture/torture.ts'],
  outdir,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'error',
});
const { torture } = await import(pathToFileURL(join(outdir, 'torture.js')).href);
process.exitCode = await torture(process.argv.slice(2), root);
