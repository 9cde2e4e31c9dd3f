import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import type { GlueCatalog } from '../../adapters/aws/glue-catalog.ts';
import type { S3Store } from '../../adapters/aws/s3-store.ts';
import { projectLog } from '../../core/catalog/project-log.ts';
import { addDays } from '../../core/dates.ts';
import type { PartitionVersion } from '../../core/ledger/commit.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { changeOf, deed, TABLES } from '../catalog/history.ts';
import { expectShown } from '../catalog/shows.ts';
import { newStore } from '../emulators/buckets.ts';
import { glueAt, s3At } from '../emulators/clients.ts';
import { newCatalog } from '../emulators/glue-catalogs.ts';

const endpoint = inject('moto');

describe.skipIf(!endpoint)('The log on S3, shown in Glue, over moto', () => {
  const s3 = s3At(endpoint!);
  const glue = glueAt(endpoint!);
  let requests = 0;
  glue.middlewareStack.add(
    (next) => (args) => {
      requests += 1;
      return next(args);
    },
    { step: 'finalizeRequest' },
  );

  async function deployment(): Promise<{ store: S3Store; log: CommitLog; catalog: GlueCatalog }> {
    const store = await newStore(s3);
    const tables = TABLES.map((table) => ({
      table,
      meaning: '',
      columns: [{ name: 'id', type: 'bigint' as const, meaning: '' }],
      partitionedBy: table.startsWith('bronze.') ? ['entity', 'ingest_date', 'event_date'] : ['dt'],
    }));
    const catalog = await newCatalog(glue, tables, store.uri('').slice('s3://'.length, -1));
    return { store, log: new CommitLog(store, () => '2026-01-03T00:00:00.000Z'), catalog };
  }

  function versions(days: number, run: string): PartitionVersion[] {
    return Array.from({ length: days }, (_, i) => {
      const dt = addDays('2020-01-01', i);
      const digests = { checksum: `sim:${run}`, inputDigest: 'i', codeDigest: 'c' };
      const files = [`gold/t/run=${run}/dt=${dt}/data_0.parquet`];
      return { table: 'gold.t', dt, files, rows: 1, bytes: 1, run, basis: 0, release: '', ...digests };
    });
  }

  it('is shown after any commits, crashes of projectors and projectors at once', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: deed.map((done) => ({ done })) },
      { weight: 1, arbitrary: fc.record({ tables: fc.subarray([...TABLES]) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14, size: 'max' }), async (steps) => {
        const { store, log, catalog } = await deployment();
        const underWay: Promise<unknown>[] = [];
        for (const each of steps) {
          if ('done' in each) await log.commit(each.done.name, (state) => changeOf(each.done, state));
          // Only some tables: as if it had died before the others.
          else underWay.push(projectLog({ log, store, catalog, tables: each.tables }));
        }
        await Promise.all(underWay);
        await projectLog({ log, store, catalog });
        await expectShown(log, catalog, store);
      }),
      { numRuns: 10 },
    );
  });

  it('repairs thousands of partitions after a crash between commit and projection, and is cheap after that', async () => {
    const { store, log, catalog } = await deployment();
    await log.commit('run-1', () => ({ publish: versions(2300, 'run-1') }));
    expect(await projectLog({ log, store, catalog })).toEqual({ created: 2300, updated: 0, dropped: 0 });
    await log.commit('run-2', () => ({
      publish: versions(1200, 'run-2'),
      retire: versions(2300, 'run-1').slice(2200),
    }));
    expect(await projectLog({ log, store, catalog })).toEqual({ created: 0, updated: 1200, dropped: 100 });
    await expectShown(log, catalog, store);
    requests = 0;
    await projectLog({ log, store, catalog });
    expect(requests, 'a page of each table, and two more of the large one').toBeLessThanOrEqual(TABLES.length + 2);
  });
});
