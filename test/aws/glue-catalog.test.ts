import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchUpdatePartitionCommand,
  GetPartitionsCommand,
  GlueClient,
  GlueServiceException,
} from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { GlueCatalog } from '../../adapters/aws/glue-catalog.ts';
import type { CatalogTable } from '../../core/catalog/catalog-table.ts';
import type { CatalogPartition } from '../../core/ports/catalog.ts';

const TABLE: CatalogTable = {
  table: 'gold.t',
  meaning: '',
  columns: [{ name: 'name', type: 'varchar', meaning: 'A name.' }],
  partitionedBy: ['dt'],
};
const glue = mockClient(GlueClient);
const pauses: number[] = [];
const catalog = new GlueCatalog(
  new GlueClient({ region: 'us-east-1' }),
  [TABLE],
  { warehouse: 'w', databases: 'sluice' },
  async (attempt) => {
    pauses.push(attempt);
  },
);
const NONE = { create: [], update: [], drop: [] };

beforeEach(() => {
  glue.reset();
  pauses.length = 0;
});

function partitions(count: number): CatalogPartition[] {
  return Array.from({ length: count }, (_, i) => ({ values: [`d${i}`], folder: `gold/t/dt=d${i}/`, version: {} }));
}

const detail = (ErrorCode: string) => ({ ErrorCode, ErrorMessage: `${ErrorCode}.` });

function refusal(name: string, httpStatusCode: number, attempts = 1): GlueServiceException {
  return new GlueServiceException({
    name,
    message: `${name}.`,
    $fault: 'client',
    $metadata: { httpStatusCode, attempts },
  });
}

describe('GlueCatalog, listing', () => {
  it('reads every page, and asks for no columns', async () => {
    const page = (i: number) => ({
      Values: [`d${i}`],
      StorageDescriptor: { Location: i === 0 ? 's3://w/gold/t/dt=d0/' : 's3://elsewhere/x/' },
      Parameters: { 'sluice.seq': `${i}` },
    });
    glue
      .on(GetPartitionsCommand)
      .resolvesOnce({ Partitions: [page(0)], NextToken: 'more' })
      .resolvesOnce({ Partitions: [], NextToken: 'still more' })
      .resolvesOnce({ Partitions: [page(1)] });
    expect(await catalog.partitions('gold.t')).toEqual([
      { values: ['d0'], folder: 'gold/t/dt=d0/', version: { 'sluice.seq': '0' } },
      { values: ['d1'], folder: 's3://elsewhere/x/', version: { 'sluice.seq': '1' } },
    ]);
    const asked = glue.commandCalls(GetPartitionsCommand).map(({ args }) => args[0].input);
    expect(asked.map(({ NextToken }) => NextToken)).toEqual([undefined, 'more', 'still more']);
    expect(asked[0]).toMatchObject({ DatabaseName: 'sluice_gold', TableName: 't', ExcludeColumnSchema: true });
  });

  it.each([
    [refusal('EntityNotFoundException', 400), /gold\.t .*no such table; deploy the catalog/],
    [refusal('AccessDeniedException', 400), /gold\.t .*glue:GetPartitions/],
    [refusal('ThrottlingException', 400, 8), /gold\.t .*fewer requests/],
  ])('says what to do about %s', async (error, advice) => {
    glue.on(GetPartitionsCommand).rejects(error);
    await expect(catalog.partitions('gold.t')).rejects.toMatchObject({
      name: 'CatalogError',
      message: expect.stringMatching(advice),
      cause: error,
    });
    expect(pauses).toEqual([]);
  });
});

describe('GlueCatalog, changing', () => {
  it('sends what fits into a call, each partition with columns, formats and location of its own', async () => {
    glue.onAnyCommand().resolves({});
    await catalog.change('gold.t', { create: partitions(201), update: partitions(101), drop: partitions(26) });
    const created = glue.commandCalls(BatchCreatePartitionCommand).map(({ args }) => args[0].input.PartitionInputList!);
    expect(created.map(({ length }) => length)).toEqual([100, 100, 1]);
    expect(created[0]![0]).toMatchObject({
      Values: ['d0'],
      StorageDescriptor: {
        Columns: [{ Name: 'name', Type: 'string' }],
        Location: 's3://w/gold/t/dt=d0/',
        InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      },
    });
    const updated = glue.commandCalls(BatchUpdatePartitionCommand).map(({ args }) => args[0].input.Entries!.length);
    expect(updated).toEqual([100, 1]);
    const dropped = glue.commandCalls(BatchDeletePartitionCommand);
    expect(dropped.map(({ args }) => args[0].input.PartitionsToDelete!.length)).toEqual([25, 1]);
  });

  it('updates what is there already, creates what is not there any more, drops what is', async () => {
    glue
      .on(BatchCreatePartitionCommand)
      .resolvesOnce({ Errors: [{ PartitionValues: ['d1'], ErrorDetail: detail('AlreadyExistsException') }] })
      .resolves({});
    glue
      .on(BatchUpdatePartitionCommand)
      .resolvesOnce({ Errors: [{ PartitionValueList: ['d2'], ErrorDetail: detail('EntityNotFoundException') }] })
      .resolves({});
    glue
      .on(BatchDeletePartitionCommand)
      .resolves({ Errors: [{ PartitionValues: ['d3'], ErrorDetail: detail('EntityNotFoundException') }] });
    const [d0, d1, d2, d3] = partitions(4) as [CatalogPartition, CatalogPartition, CatalogPartition, CatalogPartition];
    await catalog.change('gold.t', { create: [d0, d1], update: [d2], drop: [d3] });
    const last = glue.commandCalls(BatchCreatePartitionCommand)[1]!.args[0].input.PartitionInputList!;
    expect(last.map(({ Values }) => Values)).toEqual([['d2']]);
    const updated = glue.commandCalls(BatchUpdatePartitionCommand)[1]!.args[0].input.Entries!;
    expect(updated.map(({ PartitionValueList }) => PartitionValueList)).toEqual([['d1']]);
    expect(glue.commandCalls(BatchDeletePartitionCommand)).toHaveLength(1);
    expect(pauses).toEqual([]);
  });

  it('tries again what Glue could not do just then, and no more than that', async () => {
    const failing = { Errors: [{ PartitionValues: ['d7'], ErrorDetail: detail('InternalServiceException') }] };
    glue.on(BatchCreatePartitionCommand).resolvesOnce(failing).resolvesOnce(failing).resolves({});
    await catalog.change('gold.t', { ...NONE, create: partitions(9) });
    const sent = glue
      .commandCalls(BatchCreatePartitionCommand)
      .map(({ args }) => args[0].input.PartitionInputList!.length);
    expect(sent).toEqual([9, 1, 1]);
    expect(pauses).toEqual([1, 2]);
  });

  it('waits when throttled, and gives up in the end', async () => {
    glue.on(BatchUpdatePartitionCommand).rejectsOnce(refusal('ThrottlingException', 400)).resolves({});
    await catalog.change('gold.t', { ...NONE, update: partitions(1) });
    expect(pauses).toEqual([1]);
    glue.on(BatchUpdatePartitionCommand).rejects(refusal('ThrottlingException', 400));
    await expect(catalog.change('gold.t', { ...NONE, update: partitions(3) })).rejects.toMatchObject({
      name: 'CatalogError',
      message: expect.stringMatching(/update gold\.t dt=d0 and 2 others \(ThrottlingException\).*fewer requests/),
    });
    expect(pauses).toEqual([1, 1, 2, 3, 4, 5]);
  });

  it.each([
    ['create', BatchCreatePartitionCommand],
    ['update', BatchUpdatePartitionCommand],
    ['drop', BatchDeletePartitionCommand],
  ] as const)('names the partition that Glue refused to %s', async (operation, command) => {
    glue.onAnyCommand().resolves({});
    const refused = {
      PartitionValues: ['d1'],
      PartitionValueList: ['d1'],
      ErrorDetail: detail('InvalidInputException'),
    };
    glue.on(command as typeof BatchCreatePartitionCommand).resolves({ Errors: [refused] });
    await expect(catalog.change('gold.t', { ...NONE, [operation]: partitions(3) })).rejects.toMatchObject({
      name: 'CatalogError',
      message: `Glue could not ${operation} gold.t dt=d1 (InvalidInputException): InvalidInputException.`,
    });
    expect(pauses).toEqual([]);
  });

  it('does not go round in circles when others create and drop the same', async () => {
    glue
      .on(BatchCreatePartitionCommand)
      .resolves({ Errors: [{ PartitionValues: ['d0'], ErrorDetail: detail('AlreadyExistsException') }] });
    glue
      .on(BatchUpdatePartitionCommand)
      .resolves({ Errors: [{ PartitionValueList: ['d0'], ErrorDetail: detail('EntityNotFoundException') }] });
    await expect(catalog.change('gold.t', { ...NONE, create: partitions(1) })).rejects.toThrow('gold.t dt=d0');
    expect(glue.calls()).toHaveLength(6);
  });
});
