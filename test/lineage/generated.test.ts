import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectOf } from '../../adapters/local/project-files.ts';
import { ProjectLineage } from '../../core/lineage/project-lineage.ts';
import { generateTables, tableFiles } from '../../scripts/generate-tables.ts';
import { PROJECT } from '../gold/model-files.ts';

const files = tableFiles(PROJECT);

it.each([...files])('%s is up to date', (path, text) => {
  expect(text === readFileSync(path, 'utf8'), `${path} is out of date: run \`npm run generate\``).toBe(true);
});

it('writes what is missing, then nothing', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sluice-tables-'));
  const project = await projectOf(PROJECT.contracts, 'sql');
  expect(generateTables(project, root)).toEqual([...files.keys()]);
  for (const [path, text] of files) expect(readFileSync(join(root, path), 'utf8') === text).toBe(true);
  expect(generateTables(project, root)).toEqual([]);
  rmSync(root, { recursive: true });
});

it('says of a column of gold that nothing flows into what decides it, and that it is a constant only without that', () => {
  const page = files.get('docs/tables.md')!;
  const lineage = new ProjectLineage(PROJECT);
  const gold = [...PROJECT.tables.values()].filter(({ output }) => output.table.startsWith('gold.'));
  for (const { output } of gold) {
    const section = page.split(`\n## ${output.table}\n`)[1]!.split('\n## ')[0]!;
    for (const { name } of output.columns) {
      const origins = lineage.origins(output.table, name);
      const from = section.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))!;
      expect(/\| a constant \|$/.test(from), from).toBe(origins.length === 0);
      const decided = origins.length > 0 && origins.every(({ how }) => how === 'condition');
      expect(/\| decided by [^|]+ \|$/.test(from), from).toBe(decided);
    }
  }
  expect(page).toMatch(/`price_tier`.*\| decided by .*`products_asof\.list_price`/);
});

it('sums many origins up by table', () => {
  expect(files.get('docs/tables.md')).toMatch(
    /\| `maximum` .*\| \d+ columns of `pricing_features`, \d+ columns of `shipping_features`, /,
  );
});

it('has every table and every column of the project', () => {
  const page = files.get('docs/tables.md')!;
  for (const { model, output } of PROJECT.tables.values()) {
    const section = page.split(`\n## ${output.table}\n`)[1]?.split('\n## ')[0];
    if (/^(gold|silver)\./.test(output.table)) {
      for (const { name } of output.columns) expect(section).toContain(`| \`${name}\` |`);
      expect(section).toContain(model.file);
    } else expect(page).toContain(`\`${output.table}\``);
  }
});
