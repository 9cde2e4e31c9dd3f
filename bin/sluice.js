#!/usr/bin/env node
// The `sluice` command. In a checkout it rebuilds dist/ first when a source, contract or model is newer than it: also SQL,
// which is not part of dist/, so that edited code counts as a newer release.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'dist', 'release.json');

function newerThan(time, folder) {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return statSync(path).mtimeMs > time || newerThan(time, path);
    return /\.(ts|sql)$/.test(entry.name) && statSync(path).mtimeMs > time;
  });
}

const built = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
const sources = ['adapters', 'cli', 'contracts', 'core', 'generator', 'sql']
  .map((name) => join(root, name))
  .filter(existsSync);
if (sources.some((folder) => statSync(folder).mtimeMs > built || newerThan(built, folder))) {
  const { buildProject } = await import('../scripts/build.js');
  await buildProject();
}
const { release } = JSON.parse(readFileSync(stamp, 'utf8'));
const { main } = await import('../dist/cli.js');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
process.exitCode = await main({ argv: process.argv.slice(2), root, release, version });
