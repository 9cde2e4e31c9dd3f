// Bundles the command line and the contracts to dist/. Run by `npm ci` (prepare) and by bin/sluice.js when a source is newer.
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Builds dist/ beside the old one and swaps it in, so that a command running at the same time never sees half of it. */
export async function buildProject() {
  const outdir = join(root, `dist-${process.pid}`);
  const contracts = readdirSync(join(root, 'contracts')).filter((name) => name.endsWith('.ts'));
  try {
    await build({
      absWorkingDir: root,
      entryPoints: {
        cli: 'cli/main.ts',
        ...Object.fromEntries(contracts.map((name) => [`contracts/${name.slice(0, -3)}`, `contracts/${name}`])),
      },
      outdir,
      bundle: true,
      splitting: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // One file loads faster than the hundreds that the libraries consist of; DuckDB is native and stays outside.
      external: ['@duckdb/node-bindings*'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      minifySyntax: true,
      sourcemap: 'linked',
      logLevel: 'error',
    });
    mkdirSync(outdir, { recursive: true });
    // The release orders deployments: an older one never overwrites what a newer one has published.
    writeFileSync(join(outdir, 'release.json'), `${JSON.stringify({ release: new Date().toISOString() })}\n`);
    const old = join(root, `dist-old-${process.pid}`);
    try {
      renameSync(join(root, 'dist'), old);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    renameSync(outdir, join(root, 'dist'));
    rmSync(old, { recursive: true, force: true });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildProject();
