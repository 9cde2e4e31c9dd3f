import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { GlueCatalog } from '../../adapters/aws/glue-catalog.ts';
import { glueName, glueTable } from '../../adapters/aws/glue-table.ts';
import { glueBalanceView } from '../../adapters/aws/glue-view.ts';
import { mergeInS3 } from '../../adapters/aws/s3-merge-objects.ts';
import type { BronzeObject } from '../../core/bronze/bronze-object.ts';
import type { StreamRecord } from '../../core/bronze/stream-objects.ts';
import { catalogTables } from '../../core/catalog/catalog-table.ts';
import { projectLog } from '../../core/catalog/project-log.ts';
import { describeTables } from '../emulators/glue-catalogs.ts';
import { CATALOG } from '../emulators/trino.ts';
import { PROJECT } from '../gold/model-files.ts';
import { DAYS } from '../gold/streams.ts';
import { type Delivery, deliveriesAt } from '../pipeline/deliveries.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { comparable } from '../pipeline/truth.ts';
import { duckdbOn, pipelineOn, rowsBy } from './aws-pipeline.ts';
import { Deployment } from './deployment.ts';

const endpoints = inject('athena');
const LAST = DAYS.at(-1)!;
const [SENT] = fc.sample(
  deliveriesAt({ shift: 0, prefix: 'c' }).filter((sent) => sent.length > 150 && sent.length < 400),
  { numRuns: 1, seed: 4 },
) as [Delivery[]];

const TABLES = catalogTables(
  PROJECT,
  PROJECT.contracts.map(({ entity }) => entity),
);

describe.skipIf(!endpoints)('analysts read by the catalog, in Athena, what is published', () => {
  let folder: string;
  let deployment: Deployment;
  let pipeline: Pipeline;
  let catalog: GlueCatalog;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-catalog-'));
    deployment = await Deployment.create(endpoints!);
    const { bucket: warehouse, databases, glue } = deployment;
    pipeline = pipelineOn(deployment, duckdbOn(deployment, PROJECT.prelude), PROJECT, folder);
    const places = { warehouse, databases };
    const described = TABLES.map((table) => {
      return { database: glueName(table.table, places).database, table: glueTable(table, places) };
    });
    const view = { database: `${databases}_ops`, table: glueBalanceView(TABLES, places) };
    await describeTables(glue, [...described, view]);
    catalog = new GlueCatalog(glue, TABLES, places);
  });
  afterAll(async () => {
    await pipeline?.close();
    await rm(folder, { recursive: true });
  });

  test('every table, row by row, after the first run and after late events', async () => {
    for (const part of [0, 1]) {
      await pipeline.stream(streamed(SENT.filter((_, i) => (i % 5 === 3 ? 1 : 0) === part)));
      const clock = () => new Date().toISOString();
      // So bronze folders hold what is not to be read: what was merged.
      const compaction = { merge: mergeInS3(deployment.store), clock, fewest: 2 };
      const report = await pipeline.run({ today: LAST, compaction });
      expect(report).toMatchObject({ failures: [], errors: [], blocked: [] });
      await projectLog({ log: pipeline.log, catalog, store: deployment.store });
      await expectRead();
    }
  });

  async function ask(sql: string): Promise<(string | null)[][]> {
    const { rows } = await deployment.trino.run(sql, { catalog: CATALOG, schema: `${deployment.databases}_gold` });
    return rows.map((row) => row.map((value) => (value === null ? null : String(value))));
  }

  async function expectRead(): Promise<void> {
    const state = await pipeline.log.read();
    const expected = await rowsBy(duckdbOn(deployment, PROJECT.prelude), PROJECT, state);
    const balances: (string | null)[][] = [];
    for (const [table, { output }] of PROJECT.tables) {
      const { database, name } = glueName(table, deployment);
      const columns = [...output.columns.map((column) => `cast(${column.name} as varchar)`), 'dt'];
      const found = await ask(`select ${columns.join(', ')} from ${database}.${name}`);
      expect(found.length, table).toBe(expected.get(table)!.length);
      // As texts the two write a double differently; the pipeline's test compares these.
      if (output.columns.some(({ type }) => type === 'double')) continue;
      expect(comparable(found, output.columns), table).toEqual(expected.get(table));
      if (name.startsWith('balance_')) balances.push(...expected.get(table)!);
    }
    const view = await ask(`select * from ${deployment.databases}_ops.balance`);
    expect(view.map(String).sort()).toEqual(balances.map(String).sort());

    const objects = [...state.bronze.values()].flat();
    expect(objects.some(({ absorbed }) => absorbed)).toBe(true);
    for (const { table } of TABLES.filter((each) => each.table.startsWith('bronze.'))) {
      const { database, name } = glueName(table, deployment);
      const counted = await ask(
        `select entity, ingest_date, event_date, "$path", count(*), count(payload)
         from ${database}.${name} group by 1, 2, 3, 4`,
      );
      const read = counted.map((row) => row.slice(0, 5).join(' ')).sort();
      expect(read).toEqual((state.bronze.get(name) ?? []).map(lineOf).sort());
      for (const [, , , , rows, payloads] of counted) expect(payloads).toBe(rows);
    }
    const [pruned] = await ask(
      `select count(*) from ${deployment.databases}_bronze.transactions where event_date = 'no such day'`,
    );
    expect(pruned).toEqual(['0']);
  }

  function lineOf({ entity, ingestDate, eventDate, key, rows }: BronzeObject): string {
    return [entity, ingestDate, eventDate, deployment.store.uri(key), rows].join(' ');
  }
});

/** The deliveries as records of one shard, in small batches. */
function streamed(sent: readonly Delivery[]): StreamRecord[] {
  return sent.map(({ line, arrival }, index) => ({
    shardId: `shard-${index % 5}`,
    sequenceNumber: String(1000 + index),
    subSequence: null,
    arrivedAt: Date.parse(`${arrival}T12:00:00Z`) + index,
    data: new TextEncoder().encode(line),
  }));
}
