import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  type QueryExecution,
  StartQueryExecutionCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-athena';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { AthenaQueries } from '../../adapters/aws/athena-queries.ts';
import { StillRunningError } from '../../core/errors.ts';

const athena = mockClient(AthenaClient);
let waits: number[];

beforeEach(() => {
  athena.reset();
  waits = [];
});

function queries(deadline: () => number = () => Number.POSITIVE_INFINITY, session = 'run-1'): AthenaQueries {
  return new AthenaQueries({
    ...{ athena: new AthenaClient({}), workgroup: 'w', database: 'd', session, deadline },
    pause: async (milliseconds) => void waits.push(milliseconds),
  });
}

function succeed(): void {
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q' });
  athena
    .on(GetQueryExecutionCommand)
    .resolves({ QueryExecution: { QueryExecutionId: 'q', Status: { State: 'SUCCEEDED' } } });
}

const tokens = (): (string | undefined)[] =>
  athena.commandCalls(StartQueryExecutionCommand).map(({ args: [{ input }] }) => input.ClientRequestToken);
const throttled = new TooManyRequestsException({ message: 'CONCURRENT_QUERY_LIMIT_EXCEEDED', $metadata: {} });

describe('starting a query', () => {
  test('asks for what must hold of every statement', async () => {
    succeed();
    await queries().run('select 1');
    expect(athena.commandCalls(StartQueryExecutionCommand)[0]!.args[0].input).toMatchObject({
      QueryString: 'select 1',
      WorkGroup: 'w',
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'd' },
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    });
  });

  test('is tried again with the same token while Athena’s queue is full, each time waiting longer', async () => {
    succeed();
    athena
      .on(StartQueryExecutionCommand)
      .rejectsOnce(throttled)
      .rejectsOnce(throttled)
      .resolves({ QueryExecutionId: 'q' });
    await queries().run('select 1');
    expect(tokens()).toHaveLength(3);
    expect(new Set(tokens()).size).toBe(1);
    expect(tokens()[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(waits[0]).toBeGreaterThanOrEqual(250);
    expect(waits[1]).toBeGreaterThanOrEqual(500);
  });

  test('is tried again with the same token after an answer that was lost', async () => {
    succeed();
    const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    athena.on(StartQueryExecutionCommand).rejectsOnce(lost).resolves({ QueryExecutionId: 'q' });
    await queries().run('select 1');
    expect(new Set(tokens()).size).toBe(1);
    expect(tokens()).toHaveLength(2);
  });

  test('is given up after some tries, as an engine that is unavailable', async () => {
    athena.on(StartQueryExecutionCommand).rejects(throttled);
    await expect(queries().run('select 1')).rejects.toMatchObject({
      name: 'EngineError',
      kind: 'unavailable',
      message: expect.stringContaining('throttled'),
    });
    expect(tokens()).toHaveLength(8);
    expect(waits.every((milliseconds) => milliseconds <= 20_000)).toBe(true);
  });

  test('that Athena refuses is a wrong statement, and is not tried again', async () => {
    const refused = new InvalidRequestException({ message: 'line 1:1: mismatched input', $metadata: {} });
    athena.on(StartQueryExecutionCommand).rejects(refused);
    await expect(queries().run('selec 1')).rejects.toMatchObject({ kind: 'statement', statement: 'selec 1' });
    expect(tokens()).toHaveLength(1);
  });

  test('that this role may not is no fault of the statement', async () => {
    athena
      .on(StartQueryExecutionCommand)
      .rejects(Object.assign(new Error('denied'), { name: 'AccessDeniedException' }));
    await expect(queries().run('select 1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('of a statement that is too long is not even tried', async () => {
    await expect(queries().run(`select '${'ä'.repeat(140_000)}'`)).rejects.toMatchObject({ kind: 'statement' });
    expect(tokens()).toEqual([]);
  });

  test('has another token for another statement, place in the session, or session', async () => {
    succeed();
    const one = queries();
    for (const sql of ['select 1', 'select 1', 'select 2']) await one.run(sql);
    const two = queries(undefined, 'run-2');
    await two.run('select 1');
    expect(new Set(tokens()).size).toBe(4);
    const again = queries();
    for (const sql of ['select 1', 'select 1', 'select 2']) await again.run(sql);
    expect(tokens().slice(4)).toEqual(tokens().slice(0, 3));
  });
});

describe('a query that ended without success', () => {
  const failing = (Status: QueryExecution['Status']): void => {
    athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q' });
    athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { QueryExecutionId: 'q', Status } });
  };
  const user = (ErrorType: number) => ({ ErrorCategory: 2, ErrorType });
  const system = (ErrorType: number) => ({ ErrorCategory: 1, ErrorType });

  test.each([
    ['statement', 'SYNTAX_ERROR: line 1:8: Column x cannot be resolved', user(1006)],
    ['statement', "TABLE_NOT_FOUND: line 1:15: Table 'a.b.c' does not exist", user(1110)],
    ['statement', 'TYPE_MISMATCH: line 1:10: Cannot apply operator', user(1000)],
    ['statement', 'NOT_SUPPORTED: Unsupported Hive type: time', undefined],
    ['statement', 'something unheard of', user(1100)],
    ['data', 'DIVISION_BY_ZERO: Division by zero', user(1000)],
    ['data', "INVALID_CAST_ARGUMENT: Cannot cast 'x' to BIGINT", user(1001)],
    ['data', 'NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow', user(1000)],
    ['data', 'HIVE_BAD_DATA: Malformed Parquet file', user(1002)],
    ['data', 'a failure that Athena says nothing of', undefined],
    ['exhausted', 'Query exhausted resources at this scale factor', system(3)],
    ['exhausted', 'EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory limit', system(100)],
    ['exhausted', 'Query timeout', system(206)],
    ['exhausted', 'HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers', user(1000)],
    ['unavailable', 'GENERIC_INTERNAL_ERROR: null', system(100)],
    [
      'unavailable',
      'HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split: Please reduce your request rate. SlowDown',
      user(1000),
    ],
    ['unavailable', 'Query failed due to Amazon S3 throttling', user(1403)],
    ['unavailable', 'INTERNAL', system(200)],
  ] as const)('is %s: %s', async (kind, StateChangeReason, AthenaError) => {
    failing({ State: 'FAILED', StateChangeReason, ...(AthenaError ? { AthenaError } : {}) });
    const failure = queries().run('select 1');
    await expect(failure).rejects.toMatchObject({ name: 'EngineError', kind, statement: 'select 1' });
    await expect(failure).rejects.toThrow(StateChangeReason);
  });

  test('was cancelled by somebody, or by the cut-off of the workgroup', async () => {
    failing({ State: 'CANCELLED', StateChangeReason: 'Query cancelled by user' });
    await expect(queries().run('select 1')).rejects.toMatchObject({ kind: 'cancelled' });
    failing({ State: 'CANCELLED', StateChangeReason: 'Bytes scanned limit was exceeded' });
    await expect(queries().run('select 1')).rejects.toMatchObject({ kind: 'exhausted' });
  });

  test('counts in the statistics, too', async () => {
    athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q' });
    athena.on(GetQueryExecutionCommand).resolves({
      QueryExecution: {
        Status: { State: 'FAILED', StateChangeReason: 'DIVISION_BY_ZERO: Division by zero' },
        Statistics: { DataScannedInBytes: 2e9, TotalExecutionTimeInMillis: 70 },
      },
    });
    const session = queries();
    await expect(session.run('select 1')).rejects.toThrow();
    expect(session.statistics).toEqual({ queries: 1, bytes: 2e9, milliseconds: 70, dollars: 0.01 });
  });
});

describe('waiting for a query', () => {
  const running = { QueryExecution: { QueryExecutionId: 'q', Status: { State: 'RUNNING' } } } as const;

  test('asks less often the longer it takes', async () => {
    succeed();
    const asked = athena.on(GetQueryExecutionCommand);
    for (let i = 0; i < 20; i++) asked.resolvesOnce(running);
    asked.resolves({ QueryExecution: { QueryExecutionId: 'q', Status: { State: 'SUCCEEDED' } } });
    await queries().run('select 1');
    expect(waits).toHaveLength(20);
    expect(waits[0]).toBeLessThan(300);
    expect(waits.at(-1)).toBeGreaterThan(2000);
    expect(Math.max(...waits)).toBeLessThan(4000);
  });

  test('ends when the time is up, with the query left as it is', async () => {
    athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q' });
    athena.on(GetQueryExecutionCommand).resolves(running);
    let left = 60_000;
    const session = queries(() => {
      left -= 5000;
      return left;
    });
    await expect(session.run('select 1')).rejects.toBeInstanceOf(StillRunningError);
    expect(session.wasLeft).toBe(true);
    expect(tokens()).toHaveLength(1);
  });

  test('starts nothing when the time is nearly up', async () => {
    succeed();
    await expect(queries(() => 1000).run('select 1')).rejects.toBeInstanceOf(StillRunningError);
    expect(tokens()).toEqual([]);
  });

  test('ends when the time is up while Athena is throttling', async () => {
    athena.on(StartQueryExecutionCommand).rejects(throttled);
    let left = 30_000;
    const session = queries(() => {
      left -= 4000;
      return left;
    });
    await expect(session.run('select 1')).rejects.toBeInstanceOf(StillRunningError);
  });

  test('goes on when asking was throttled', async () => {
    succeed();
    athena
      .on(GetQueryExecutionCommand)
      .rejectsOnce(throttled)
      .resolves({ QueryExecution: { QueryExecutionId: 'q', Status: { State: 'SUCCEEDED' } } });
    await queries().run('select 1');
    expect(athena.commandCalls(GetQueryExecutionCommand)).toHaveLength(2);
  });
});

test('rows of every type, page by page, without loss', async () => {
  succeed();
  const types = ['bigint', 'integer', 'double', 'boolean', 'varchar', 'decimal', 'date', 'timestamp'];
  const ColumnInfo = types.map((Type) => ({ Name: Type, Type, Precision: 38, Scale: 2 }));
  const texts = ['9223372036854775807', '-7', '1.0E10', 'false', '', '-0.10', '0001-01-01', '2026-01-01 00:00:00.000'];
  const row = (values: readonly (string | undefined)[]) => ({
    Data: values.map((text) => (text === undefined ? {} : { VarCharValue: text })),
  });
  athena
    .on(GetQueryResultsCommand)
    .resolvesOnce({
      NextToken: 'more',
      ResultSet: { ResultSetMetadata: { ColumnInfo }, Rows: [row(types), row(texts)] },
    })
    .resolvesOnce({ ResultSet: { ResultSetMetadata: { ColumnInfo }, Rows: [row(types.map(() => undefined))] } });
  const { columns, rows } = await queries().rows('select …');
  expect(columns[5]).toEqual({ name: 'decimal', type: 'decimal(38,2)' });
  expect(rows).toEqual([
    [9223372036854775807n, -7, 1e10, false, '', '-0.10', '0001-01-01', '2026-01-01 00:00:00.000'],
    Array(8).fill(null),
  ]);
  expect(athena.commandCalls(GetQueryResultsCommand)[1]!.args[0].input.NextToken).toBe('more');
});
