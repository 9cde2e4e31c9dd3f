import {
  AlreadyExistsException,
  BatchCreatePartitionCommand,
  BatchDeleteTableCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  EntityNotFoundException,
  GetTablesCommand,
  GlueClient,
} from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { AthenaViews } from '../../adapters/aws/athena-views.ts';
import { StagingDatabase } from '../../adapters/aws/staging-database.ts';
import { stagingPlace } from '../../adapters/aws/staging-session.ts';
import { stagingTable } from '../../adapters/aws/staging-table.ts';
import { isPassing } from '../../core/errors.ts';

const columns = [{ name: 'n', type: 'bigint', meaning: '' }] as const;
const storage = { Columns: [], Location: 's3://b/x/' };

describe('a table over exactly the files of a relation', () => {
  test('takes the folders that builds wrote as they are', () => {
    const files = [
      'silver/t/run=a/dt=2026-01-01/1',
      'silver/t/run=a/dt=2026-01-01/2',
      'silver/t/run=b/dt=2026-01-02/1',
    ];
    const { table, partitions, manifests } = stagingTable(
      { name: 't', columns, partitionedBy: ['dt'], files },
      'b',
      'tmp/s/',
    );
    expect(manifests).toEqual([]);
    expect(partitions.map(({ Values, StorageDescriptor: sd }) => [Values, sd?.Location])).toEqual([
      [['2026-01-01'], 's3://b/silver/t/run=a/dt=2026-01-01/'],
      [['2026-01-02'], 's3://b/silver/t/run=b/dt=2026-01-02/'],
    ]);
    expect(table.StorageDescriptor?.InputFormat).toContain('MapredParquetInputFormat');
    expect(table.PartitionKeys).toEqual([{ Name: 'dt', Type: 'string' }]);
  });

  test('lists the files of folders that hold others, too', () => {
    const folder = 'bronze/entity=e/ingest_date=2026-01-01/event_date=unknown/';
    const files = [`${folder}a.parquet`, `${folder}b.parquet`];
    const partitionedBy = ['entity', 'ingest_date', 'event_date'];
    const { partitions, manifests } = stagingTable({ name: 'bronze_e', columns, partitionedBy, files }, 'b', 'tmp/s/');
    expect(manifests).toEqual([
      { key: 'tmp/s/bronze_e/0/manifest', text: `s3://b/${folder}a.parquet\ns3://b/${folder}b.parquet\n` },
    ]);
    expect(partitions).toMatchObject([
      {
        Values: ['e', '2026-01-01', 'unknown'],
        StorageDescriptor: {
          Location: 's3://b/tmp/s/bronze_e/0/',
          InputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
        },
      },
    ]);
  });

  test('lists the files of a day that two builds wrote', () => {
    const files = ['gold/t/run=a/dt=2026-01-01/1', 'gold/t/run=b/dt=2026-01-01/1'];
    const { partitions, manifests } = stagingTable({ name: 't', columns, partitionedBy: ['dt'], files }, 'b', 'tmp/s/');
    expect(partitions).toHaveLength(1);
    expect(manifests[0]!.text.split('\n')).toHaveLength(3);
  });

  test('refuses a file whose path does not say its partition', () => {
    const relation = { name: 't', columns, partitionedBy: ['dt'], files: ['gold/t/a.parquet'] };
    expect(() => stagingTable(relation, 'b', 'tmp/s/')).toThrow('gold/t/a.parquet: expected a folder dt=…');
  });
});

describe('the staging database', () => {
  const glue = mockClient(GlueClient);
  const partitions = Array.from({ length: 250 }, (_, i) => ({ Values: [String(i)], StorageDescriptor: storage }));
  const failed = (ErrorCode: string) => ({
    Errors: [{ PartitionValues: ['7'], ErrorDetail: { ErrorCode, ErrorMessage: 'no' } }],
  });
  beforeEach(() => glue.reset());
  const database = () => new StagingDatabase(new GlueClient({}), 'd');

  test('takes partitions a hundred at a time', async () => {
    glue.on(BatchCreatePartitionCommand).resolves({});
    await database().createTable({ Name: 't' }, partitions);
    const calls = glue.commandCalls(BatchCreatePartitionCommand);
    expect(calls.map(({ args: [{ input }] }) => input.PartitionInputList?.length)).toEqual([100, 100, 50]);
  });

  test('goes on with what the same session has made before', async () => {
    glue.on(CreateTableCommand).rejects(new AlreadyExistsException({ message: 'there', $metadata: {} }));
    glue.on(BatchCreatePartitionCommand).resolves(failed('AlreadyExistsException'));
    await database().createTable({ Name: 't' }, partitions);
    expect(glue.commandCalls(BatchCreatePartitionCommand)).toHaveLength(3);
  });

  test('does not overlook a partition that was not made, or a table that was not dropped', async () => {
    glue.on(BatchCreatePartitionCommand).resolves(failed('ResourceNumberLimitExceededException'));
    await expect(database().createTable({ Name: 't' }, partitions)).rejects.toThrow(
      '1 partitions of d.t were not created: ResourceNumberLimitExceededException: no',
    );
    glue.on(BatchDeleteTableCommand).resolves(failed('AccessDeniedException'));
    await expect(database().dropTables(['t'])).rejects.toThrow('1 tables of d were not dropped');
  });

  const failing = (name: string) => Object.assign(new Error('no'), { name });
  const steps: [string, (database: StagingDatabase) => Promise<void>][] = [
    ['create database d', (d) => d.create('sluice')],
    ['create table d.t', (d) => d.createTable({ Name: 't' })],
    ['drop database d', (d) => d.drop()],
    ['drop tables of d', (d) => d.dropTables(['t'])],
  ];

  test.each(steps)(
    'that Glue does not let us %s just now makes the build one to be tried again',
    async (what, step) => {
      for (const passing of [
        'ThrottlingException',
        'InternalServiceException',
        'OperationTimeoutException',
        'TimeoutError',
      ]) {
        glue.onAnyCommand().rejects(failing(passing));
        const error = await step(database()).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name: 'EngineError', kind: 'unavailable' });
        expect((error as Error).message).toContain(`Glue could not ${what} (${passing})`);
        expect(isPassing(error)).toBe(true);
      }
      glue.onAnyCommand().rejects(failing('AccessDeniedException'));
      const denied = await step(database()).catch((thrown: unknown) => thrown);
      expect(denied).toMatchObject({ name: 'AccessDeniedException' });
      expect(isPassing(denied)).toBe(false);
    },
  );

  test('so does a batch of which only what may pass has failed', async () => {
    const entries = (...codes: string[]) => ({ Errors: codes.flatMap((code) => failed(code).Errors) });
    const made = () => database().createTable({ Name: 't' }, partitions);
    glue.on(BatchCreatePartitionCommand).resolves(entries('AlreadyExistsException', 'ThrottlingException'));
    await expect(made()).rejects.toMatchObject({ kind: 'unavailable' });
    glue.on(BatchCreatePartitionCommand).resolves(entries('ThrottlingException', 'InvalidInputException'));
    await expect(made()).rejects.toThrow('2 partitions of d.t were not created: InvalidInputException: no');
    glue.on(BatchDeleteTableCommand).resolves(failed('InternalServiceException'));
    await expect(database().dropTables(['t'])).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('may be gone already', async () => {
    glue.on(GetTablesCommand).rejects(new EntityNotFoundException({ message: 'gone', $metadata: {} }));
    await database().drop();
    expect(glue.commandCalls(DeleteDatabaseCommand)).toEqual([]);
  });

  test('has a name of its own for each session, that Glue takes', () => {
    const ids = ['run-1-2.3', 'run-1-2-3', 'RUN-1-2.3', 'x'.repeat(300), 'ä'];
    const places = ids.map((id) => stagingPlace('sluice', id));
    expect(new Set(places.map(({ database: name }) => name)).size).toBe(ids.length);
    for (const { database: name, folder } of places) {
      expect(name).toMatch(/^sluice_staging_[a-z0-9_]{1,150}$/);
      expect(folder).toBe(`tmp/${name.slice('sluice_staging_'.length)}/`);
    }
  });
});

describe('views before a statement', () => {
  const views = new AthenaViews();
  views.add('arrived', 'select a from bronze');
  views.add('received', 'select a from arrived');
  views.add('other', 'select 1 as a');

  test('are those that it reads, through others too, in their order', () => {
    expect(views.before('select a from received')).toBe(
      'with arrived as (\nselect a from bronze\n),\nreceived as (\nselect a from arrived\n)\nselect a from received',
    );
    expect(views.before('select a from receivedx')).toBe('select a from receivedx');
  });

  test('join the statement’s own', () => {
    expect(views.before('-- why\nWITH x as (select a from other) select a from x order by a')).toBe(
      'with other as (\nselect 1 as a\n),\nx as (select a from other) select a from x order by a',
    );
  });
});
