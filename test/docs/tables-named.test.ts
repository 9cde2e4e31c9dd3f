import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadProject } from '../../adapters/local/project-files.ts';

const { models } = await loadProject({ contracts: 'contracts', sql: 'sql' });
const page = readFileSync('docs/analysts.md', 'utf8');
const section = page.slice(page.indexOf('\n## The tables\n'), page.indexOf('\n## The partition filter\n'));

it('the tables that docs/analysts.md names are there, and it says where all others are', () => {
  const gold = models.map(({ name }) => name).filter((name) => name.startsWith('gold.'));
  const [most, rest] = section.split('| for | tables of `gold` |') as [string, string];
  const named = [
    ...[...most.matchAll(/`(gold\.\w+)`/g)].map(([, name]) => name!),
    ...[...rest.matchAll(/`(\w+)`/g)].map(([, name]) => `gold.${name}`),
  ];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !gold.includes(name))).toEqual([]);
  // A new model needs no edit here: docs/tables.md is generated of all of them.
  expect(section).toContain('[every table](tables.md)');
});
