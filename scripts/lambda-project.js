// `node scripts/lambda-project.js FOLDER` writes FOLDER/project: the contracts as plain modules, the routing made from them, and
// the SQL. It goes into every Lambda's asset, so that a new entity or model is in each of them without being listed anywhere.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param folder of the Lambda's asset @param source of a checkout, with contracts/ and sql/ */
export async function writeLambdaProject(folder, source = root) {
  const project = join(resolve(folder), 'project');
  const entities = readdirSync(join(source, 'contracts'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -3))
    .sort();
  const { routeOf, ...contracts } = await bundled(`
    export { routeOf } from './core/contract/route-of.ts';
    ${entities.map((entity) => `export { default as ${entity} } from ${JSON.stringify(join(source, 'contracts', `${entity}.ts`))};`).join('\n')}`);
  await build({
    absWorkingDir: root,
    entryPoints: entities.map((entity) => ({
      in: join(source, 'contracts', `${entity}.ts`),
      out: `contracts/${entity}`,
    })),
    outdir: project,
    splitting: true,
    ...OPTIONS,
  });
  mkdirSync(join(project, 'sql'), { recursive: true });
  cpSync(join(source, 'sql', 'prelude.sql'), join(project, 'sql', 'prelude.sql'));
  cpSync(join(source, 'sql', 'gold'), join(project, 'sql', 'gold'), { recursive: true });
  // Without it node takes the .js files for CommonJS.
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n');
  // The functions of bronze need no more of a contract, and start sooner without loading its schemas.
  const routing = entities.map((entity) => {
    if (contracts[entity]?.entity !== entity) {
      throw new Error(`contracts/${entity}.ts: expected a default export of contract({ entity: '${entity}', … })`);
    }
    return routeOf(contracts[entity]);
  });
  writeFileSync(join(project, 'routing.json'), `${JSON.stringify(routing, undefined, 1)}\n`);
}

/** What a module of this checkout exports. */
async function bundled(contents) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-project-'));
  try {
    const outfile = join(folder, 'module.mjs');
    await build({ absWorkingDir: root, stdin: { contents, resolveDir: root }, outfile, ...OPTIONS });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const OPTIONS = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifySyntax: true,
  logLevel: 'error',
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('usage: node scripts/lambda-project.js FOLDER');
  await writeLambdaProject(folder);
}
