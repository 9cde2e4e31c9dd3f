import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { PROJECT } from '../gold/model-files.ts';
import { DAYS } from '../gold/streams.ts';
import { type Delivery, deliveries } from '../pipeline/deliveries.ts';
import { imbalances, Pipeline, writeFiles } from '../pipeline/pipeline.ts';
import { type Truth, truthOf } from '../pipeline/truth.ts';
import { needlessBuilds, type Readings, readings } from './needless-builds.ts';

const folders: string[] = [];
const pipelines: Pipeline[] = [];
afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function open(): Promise<Pipeline> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-exact-'));
  folders.push(folder);
  const pipeline = new Pipeline(join(folder, 'warehouse'), PROJECT);
  pipelines.push(pipeline);
  return pipeline;
}

let batches = 0;

async function ingest(pipeline: Pipeline, sent: readonly Delivery[]): Promise<void> {
  const files = await writeFiles(join(pipeline.root, '..', 'files'), `batch-${++batches}`, sent);
  const { failures, loaded } = await pipeline.ingest(files);
  expect(failures).toEqual([]);
  expect(loaded).toHaveLength(files.length);
  // Again, as someone will: nothing happens.
  expect((await pipeline.ingest(files)).loaded).toEqual([]);
}

/** Whatever has happened before: after this run everything is as it must be. */
async function expectExact(pipeline: Pipeline, truth: Truth): Promise<void> {
  expect(await pipeline.run()).toMatchObject({ failures: [], errors: [], blocked: [] });
  const rows = await pipeline.rows();
  for (const [table, expected] of pipeline.expected(truth)) expect(rows.get(table), table).toEqual(expected);
  expect(imbalances(rows, truth)).toEqual([]);
  const { seq } = await pipeline.log.read();
  expect(await pipeline.run()).toMatchObject({ waves: 0, published: [], retired: [] });
  expect((await pipeline.log.read()).seq).toBe(seq);
}

test('all at once gives what the naive model gives, and the balance of what was sent', async () => {
  const property = fc.asyncProperty(deliveries, async (sent) => {
    const pipeline = await open();
    await ingest(pipeline, sent);
    await expectExact(pipeline, truthOf(sent));
  });
  await fc.assert(property, { numRuns: 3, endOnFailure: true });
});

/** Columns of the quarantine that say in which file, and where in it, a record came. */
const TRANSPORT = ['file_hash', 'line'];

/** The order in which deliveries come, where it is cut into batches, and after which of these there is a run. */
const interleaving = deliveries.chain((sent) =>
  fc.record({
    sent: fc.shuffledSubarray(sent, { minLength: sent.length }),
    cuts: fc.array(fc.nat(sent.length), { minLength: 1, maxLength: 2 }),
    runs: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  }),
);

test('any order, any batches, any runs in between give the rows of a rebuild from scratch, by no needless build', async () => {
  const property = fc.asyncProperty(interleaving, async ({ sent, cuts, runs }) => {
    const scratch = await open();
    await ingest(scratch, sent);
    await scratch.run();

    const pipeline = await open();
    let before: Readings = new Map();
    const bounds = [0, ...cuts.sort((a, b) => a - b), sent.length];
    for (let i = 1; i < bounds.length; i++) {
      await ingest(pipeline, sent.slice(bounds[i - 1], bounds[i]));
      const isLast = i === bounds.length - 1;
      if (!isLast && !runs[i - 1]) continue;
      const report = await pipeline.run();
      expect(report).toMatchObject({ failures: [], errors: [], blocked: [] });
      const after = await readings(pipeline);
      expect(needlessBuilds(PROJECT, report, before, after)).toEqual([]);
      before = after;
    }
    await expectExact(pipeline, truthOf(sent));
    expect(await pipeline.rows(undefined, TRANSPORT)).toEqual(await scratch.rows(undefined, TRANSPORT));
  });
  await fc.assert(property, { numRuns: 3, endOnFailure: true });
});

test('a late duplicate is built into its own day and goes no further', async () => {
  const [sent] = fc.sample(
    deliveries.filter((all) => all.some(({ sound, day }) => sound && day === DAYS[2])),
    { seed: 7, numRuns: 1 },
  ) as [Delivery[]];
  const pipeline = await open();
  await ingest(pipeline, sent);
  await pipeline.run();
  const late = sent.find(({ sound, day }) => sound && day === DAYS[2])!;
  await ingest(pipeline, [{ ...late, arrival: DAYS.at(-1)! }]);
  const { published } = await pipeline.run();
  // What reads bronze is built; of that only the balance says something new, so nothing else is.
  expect(published.every(({ table, dt }) => dt === DAYS[2] && /^(silver|quarantine|ops)\./.test(table))).toBe(true);
  const changed = published.filter((each) => each.changed).map(({ table }) => table);
  expect(changed).toEqual([`ops.balance_${late.entity}`]);
});
