// What cdk.json starts: bundles the app, as node does not run TypeScript, and runs it.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { writeLambdaProject } from '../scripts/lambda-project.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Below node_modules, so that it finds packages as the sources do.
const bundle = join(root, 'node_modules', '.cache', 'sluice', `infra-${process.pid}.mjs`);
try {
  await build({
    absWorkingDir: root,
    entryPoints: ['infra/app.ts'],
    outfile: bundle,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'error',
  });
  const { main } = await import(pathToFileURL(bundle).href);
  await main({ root, writeProject: writeLambdaProject });
} catch (error) {
  // A mistake in a file of the project needs no stack trace.
  console.error(error.name === 'ConfigurationError' ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(bundle, { force: true });
}
