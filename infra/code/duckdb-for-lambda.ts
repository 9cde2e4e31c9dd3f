import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lambda's: Amazon Linux on Graviton. */
const PLATFORM = ['--os=linux', '--cpu=arm64', '--libc=glibc'];

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
}

/**
 * A folder with DuckDB's native binding for Lambda, whatever machine this is: in the version, and with the checksums, of the
 * project's own package-lock.json. Fetched once and kept below node_modules/.cache.
 */
export function duckDbForLambda(root: string): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const packages = Object.entries(lock.packages).filter(([path]) =>
    /^node_modules\/(@duckdb\/node-bindings.*|detect-libc)$/.test(path),
  );
  const { version } = lock.packages['node_modules/@duckdb/node-bindings']!;
  const cache = join(root, 'node_modules', '.cache', 'sluice');
  const kept = join(cache, `duckdb-${version}-linux-arm64`);
  if (existsSync(kept)) return kept;

  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'duckdb-'));
  try {
    const manifest = { name: 'duckdb-for-lambda', private: true, dependencies: { '@duckdb/node-bindings': version } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ lockfileVersion: 3, packages: { '': manifest, ...Object.fromEntries(packages) } }),
    );
    execFileSync('npm', ['ci', ...PLATFORM, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const binding = join(folder, 'node_modules', '@duckdb', 'node-bindings-linux-arm64', 'duckdb.node');
    if (!existsSync(binding))
      throw new Error(`npm ci ${PLATFORM.join(' ')} did not install ${binding}: is npm older than 10?`);
    rmSync(join(folder, 'node_modules', '.package-lock.json'), { force: true });
    try {
      renameSync(join(folder, 'node_modules'), kept);
    } catch (error) {
      // Another synthesis was faster.
      if (!existsSync(kept)) throw error;
    }
    return kept;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
