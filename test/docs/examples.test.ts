import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrinoSQL } from 'dt-sql-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProject } from '../../adapters/local/project-files.ts';
import { ingestPaths } from '../../cli/commands/ingest.ts';
import { askHere } from '../../cli/here/ask-here.ts';
import { type LocalContext, openLocalContext } from '../../cli/here/local-context.ts';
import { reconcileHere } from '../../cli/here/reconcile-here.ts';
import { streamOptions } from '../../generator/options.ts';
import { worldOptions } from '../../generator/world/options.ts';
import { writeWorld } from '../../generator/world/write-world.ts';
import { writeStream } from '../../generator/write-stream.ts';
import { sqlOf } from './sql-of.ts';

const trino = new TrinoSQL();
const folder = await mkdtemp(join(tmpdir(), 'sluice-docs-'));
let context: LocalContext;

/** Two weeks, as in the tour, from which the days in the examples are; and of the same days what the tour does not send. */
beforeAll(async () => {
  const options = streamOptions({ events: 1_500, days: 14, users: 150, bots: 0 });
  const { main } = await writeStream(options, join(folder, 'events'), { gzip: false, filesPerDay: 1 });
  const start = { argv: [], root: '.', version: '', release: '2026-01-01T00:00:00.000Z' };
  const warehouse = join(folder, 'warehouse');
  const project = await loadProject({ contracts: 'contracts', sql: 'sql' });
  context = { ...(await openLocalContext(start, { warehouse, target: 'local' }, { mustExist: false })), project };
  await ingestPaths(context, [main.folder], {});
  const world = worldOptions({ events: 6_000, days: 14, users: 150, products: 30 });
  const { events, drops } = await writeWorld(world, join(folder, 'world'), false);
  await ingestPaths(context, [events.folder], {});
  for (const { entity, folder } of drops) await ingestPaths(context, [folder], { entity });
  await reconcileHere(context, {});
});

afterAll(async () => {
  await context.close();
  await rm(folder, { recursive: true });
});

/** Pages with examples, and how many at least: should none be found, that is noticed. */
const PAGES = [
  ['docs/analysts.md', 16],
  ['docs/producers.md', 3],
  ['README.md', 2],
] as const;

/** What a sound stream gives no row of. README's tour is of purchases in other years. */
const MAY_BE_EMPTY = /quarantine\.(transactions|unparsable)|ops\.balance_\w+/;

describe.each(PAGES)('The queries in %s', async (page, least) => {
  const queries = sqlOf(await readFile(page, 'utf8'));

  it('are found', () => expect(queries.length).toBeGreaterThanOrEqual(least));

  it.each(queries)('are in the grammar of Athena, and run: %s', async (sql) => {
    expect(trino.validate(sql)).toEqual([]);
    const { rows } = await askHere(context, sql);
    if (!MAY_BE_EMPTY.test(sql)) expect(rows).not.toEqual([]);
  });
});
