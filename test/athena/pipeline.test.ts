import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { LoadedProject } from '../../adapters/local/project-files.ts';
import type { StreamRecord } from '../../core/bronze/stream-objects.ts';
import { assembleProject } from '../../core/model/project.ts';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { goldNamed, PROJECT } from '../gold/model-files.ts';
import { DAYS } from '../gold/streams.ts';
import { type Delivery, deliveriesAt } from '../pipeline/deliveries.ts';
import { Pipeline, writeFiles } from '../pipeline/pipeline.ts';
import { writeWorldFiles } from '../pipeline/world-files.ts';
import { duckdbOn, pipelineOn, RELEASE, rowsBy } from './aws-pipeline.ts';
import { Deployment } from './deployment.ts';

const endpoints = inject('athena');
const LAST = DAYS.at(-1)!;

/** Enough of everything: several users, days, sessions over midnight, a bot, dirt. */
const [FILES, STREAM] = ['f', 's'].map((prefix) => {
  const large = deliveriesAt({ shift: 0, prefix }).filter((sent) => sent.length > 150 && sent.length < 400);
  return fc.sample(large, { numRuns: 1, seed: 4 })[0]!;
}) as [Delivery[], Delivery[]];

/** Of two of their purchases, as generated ones are paid back later than these days: one comes in time, one late. */
const REFUNDS = FILES.flatMap(({ sound }) => (sound && 'cents' in sound ? [sound] : []))
  .slice(0, 2)
  .map(({ id, user }, n) => {
    const timestamp = `${DAYS[3]}T1${n}:00:00Z`;
    const data = { refund_id: `r${n}`, transaction_id: id, user_id: user, amount: '0.25', timestamp };
    const event = { specversion: '1.0', id: `refund-${n}`, source: 'test', type: 'refunds', time: timestamp, data };
    return { line: JSON.stringify(event), arrival: n === 0 ? DAYS[3]! : LAST };
  });

/** As in the state machine: while one batch waits for Athena, others are on. */
const BATCHES = { batchesAtOnce: 4 };

describe.skipIf(!endpoints)('the whole pipeline on Athena gives what it gives on DuckDB', () => {
  let folder: string;
  let deployment: Deployment;
  let here: Pipeline;
  let there: Pipeline;
  /** A little of every entity, without which their tables had no days; a snapshot and events of the third day come late. */
  let world: { early: FileToLoad[]; late: FileToLoad[] };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-athena-'));
    const options = { events: 600, days: DAYS.length, start: DAYS[0]!, users: 10, products: 20, seed: 4 };
    const files = await writeWorldFiles(join(folder, 'world'), options);
    const isLate = ({ entity, ingestDate }: FileToLoad) =>
      (entity === 'suppliers' && ingestDate === DAYS[2]) || (entity === null && ingestDate === DAYS[2]);
    world = { early: files.filter((file) => !isLate(file)), late: files.filter(isLate) };
    expect(world.late).toHaveLength(2);
    deployment = await Deployment.create(endpoints!);
    here = new Pipeline(join(folder, 'here'), PROJECT, RELEASE);
    there = pipelineOn(deployment, deployment.engine, PROJECT, join(folder, 'there'));
  });
  afterAll(async () => {
    await here?.close();
    await there?.close();
    await rm(folder, { recursive: true });
  });

  test('a first run over files and a stream that delivered twice', async () => {
    const files = [
      ...(await writeFiles(join(folder, 'files'), 'first', [...early(FILES), REFUNDS[0]!])),
      ...world.early,
    ];
    const records = streamed(early(STREAM));
    for (const pipeline of [here, there]) {
      expect((await pipeline.ingest(files)).failures).toEqual([]);
      await pipeline.stream(records);
      // Bisected by a retry: a part of the batch comes again, as an object of its own.
      await pipeline.stream(records.slice(0, Math.ceil(records.length / 3)));
    }
    await runBoth({ today: LAST });
    await expectSame({ byAthena: false });
  });

  test('late events reopen the same days', async () => {
    const files = [...(await writeFiles(join(folder, 'files'), 'late', [...late(FILES), REFUNDS[1]!])), ...world.late];
    for (const pipeline of [here, there]) expect((await pipeline.ingest(files)).failures).toEqual([]);
    const [onDuckDb, onAthena] = await runBoth();
    expect(publishedBy(onAthena)).toEqual(publishedBy(onDuckDb));
    await expectSame({ byAthena: false });
    const { published } = await there.run();
    expect(published).toEqual([]);
  });

  test('changed code rebuilds what it changes, and a forced backfill all that it names', async () => {
    const changed = changedProject();
    const release = '2026-02-01T00:00:00.000Z';
    const newHere = new Pipeline(here.root, changed, release);
    const newThere = pipelineOn(deployment, deployment.engine, changed, join(folder, 'there'), release);
    const onDuckDb = await newHere.run();
    const onAthena = await newThere.run(BATCHES);
    expect(publishedBy(onAthena)).toEqual(publishedBy(onDuckDb));
    expect(new Set(onAthena.published.map(({ table }) => table))).toEqual(new Set(['gold.session_metrics']));

    const { seq } = await newThere.log.read();
    const scope = { from: DAYS[1]!, to: DAYS[2]!, tables: ['silver.interactions', 'gold.user_day'] };
    const forced = await newThere.run({ scope, forceUpTo: seq, ...BATCHES });
    // The same again has the same checksums: so Athena's do not depend on how it came to its rows.
    expect(forced.published.length).toBeGreaterThan(0);
    expect(forced.published.filter((each) => each.changed)).toEqual([]);
    await newHere.close();
    await newThere.close();
    await expectSame({ byAthena: false });
  });

  test('DuckDB builds gold from Parquet that Athena wrote', async () => {
    const duckdb = duckdbOn(deployment, PROJECT.prelude);
    const mixed = pipelineOn(deployment, duckdb, changedProject(), join(folder, 'mixed'), '2026-02-01T00:00:00.000Z');
    const gold = PROJECT.models.map(({ name }) => name).filter((name) => name.startsWith('gold.'));
    const { seq } = await mixed.log.read();
    const report = await mixed.run({ scope: { tables: gold }, forceUpTo: seq });
    expect(report).toMatchObject({ failures: [], errors: [], blocked: [] });
    expect(new Set(report.published.map(({ table }) => table))).toEqual(new Set(gold));
    await mixed.close();
    await expectSame({ byAthena: true });
  });

  test('Athena builds gold from silver that DuckDB wrote', async () => {
    const other = await Deployment.create(endpoints!);
    const duckdb = duckdbOn(other, PROJECT.prelude);
    const silver = pipelineOn(other, duckdb, PROJECT, join(folder, 'silver'));
    const files = await writeFiles(join(folder, 'files'), 'mixed', STREAM);
    await silver.ingest(files);
    const tables = [...PROJECT.tables.keys()].filter((table) => !table.startsWith('gold.'));
    await silver.run({ scope: { tables } });
    const gold = pipelineOn(other, other.engine, PROJECT, join(folder, 'gold'));
    const scope = { tables: ['gold.customer_features', 'gold.session_metrics'] };
    const report = await gold.run({ scope, ...BATCHES });
    expect(report).toMatchObject({ failures: [], errors: [], blocked: [] });
    expect(report.published.every(({ table }) => table.startsWith('gold.'))).toBe(true);
    const alone = new Pipeline(join(folder, 'alone'), PROJECT, RELEASE);
    await alone.ingest(files);
    await alone.run({ scope: { tables } });
    await alone.run({ scope });
    expect(await rowsBy(duckdb, PROJECT, await gold.log.read())).toEqual(await alone.rows());
    for (const pipeline of [silver, gold, alone]) await pipeline.close();
  });

  async function runBoth(options: { readonly today?: string } = {}): Promise<[RunReport, RunReport]> {
    const onDuckDb = await here.run(options);
    const onAthena = await there.run({ ...options, ...BATCHES });
    for (const report of [onDuckDb, onAthena]) expect(report).toMatchObject({ failures: [], errors: [], blocked: [] });
    return [onDuckDb, onAthena];
  }

  /** Row by row: what lies in the bucket, as DuckDB reads it and, which takes longer, as Athena does. */
  async function expectSame({ byAthena }: { readonly byAthena: boolean }): Promise<void> {
    const expected = await here.rows();
    expect([...expected.values()].filter((rows) => rows.length > 0).length).toBeGreaterThan(12);
    const state = await there.log.read();
    const engines = [duckdbOn(deployment, PROJECT.prelude), ...(byAthena ? [deployment.engine] : [])];
    for (const engine of engines) {
      const found = await rowsBy(engine, PROJECT, state);
      for (const [table, rows] of expected) expect(found.get(table), `${table}, read by ${engine.name}`).toEqual(rows);
    }
  }
});

function publishedBy({ published, retired }: RunReport): string[] {
  return [...published, ...retired].map(({ table, dt }) => `${table} ${dt}`).sort();
}

function early(sent: readonly Delivery[]): Delivery[] {
  return sent.filter((_, index) => index % 5 !== 3);
}

function late(sent: readonly Delivery[]): Delivery[] {
  return sent.filter((_, index) => index % 5 === 3).map((each) => ({ ...each, arrival: LAST }));
}

/** The deliveries as records of two shards. */
function streamed(sent: readonly Delivery[]): StreamRecord[] {
  return sent.map(({ line, arrival }, index) => ({
    shardId: `shard-${index % 2}`,
    sequenceNumber: String(1000 + Math.floor(index / 3)),
    subSequence: index % 3,
    arrivedAt: Date.parse(`${arrival}T12:00:00Z`) + index,
    data: new TextEncoder().encode(line),
  }));
}

/** The project with one gold model written otherwise, though it says the same. */
function changedProject(): LoadedProject {
  const changed = goldNamed('session_metrics');
  const outputs = changed.outputs.map((output) => ({ ...output, sql: `-- changed\n${output.sql}` }));
  const models = PROJECT.models.map((model) =>
    model === changed ? { ...model, outputs, codeDigest: 'changed' } : model,
  );
  return { ...PROJECT, ...assembleProject(models) };
}
