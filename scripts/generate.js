// npm run generate: writes every file, and every part of a page, that is made from contracts/ and sql/gold/. Run by plain node, so it bundles the TypeScript first.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** The parts of pages that tests compute from the models: what a run costs, and how long it takes. */
function computePages() {
  const { status } = spawnSync(
    'npx',
    ['vitest', 'run', '--reporter=dot', 'test/docs/costs.test.ts', 'test/docs/run-time.test.ts'],
    {
      cwd: root,
      env: { ...process.env, UPDATE_DOCS: '1' },
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0) process.exitCode = 1;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const contracts = readdirSync(join(root, 'contracts')).filter((name) => name.endsWith('.ts'));
const entry = `
  export { projectOf } from './adapters/local/project-files.ts';
  export { generate } from './scripts/generate-contracts.ts';
  export { generateTables } from './scripts/generate-tables.ts';
  ${contracts.map((name, index) => `import contract${index} from './contracts/${name}';`).join('\n')}
  export const contracts = [${contracts.map((_, index) => `contract${index}`).join(', ')}];`;
const folder = mkdtempSync(join(tmpdir(), 'sluice-generate-'));
try {
  const bundled = await build({
    stdin: { contents: entry, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    write: false,
    logLevel: 'error',
  });
  const file = join(folder, 'generate.mjs');
  writeFileSync(file, bundled.outputFiles[0].contents);
  const { generate, generateTables, projectOf, contracts: declared } = await import(pathToFileURL(file).href);
  const { written, problems } = generate(declared, root);
  if (problems.length === 0) written.push(...generateTables(await projectOf(declared, join(root, 'sql')), root));
  for (const path of written) console.log(`wrote ${path}`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else computePages();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
