// npm run generate: writes every file that is generated from contracts/ and sql/gold/. Run by plain node, so it bundles the TypeScript first.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

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
  else if (written.length === 0) console.log('everything is up to date');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
