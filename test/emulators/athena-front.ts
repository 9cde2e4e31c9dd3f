import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { athenaColumn, athenaText } from './athena-values.ts';
import { CATALOG } from './trino.ts';
import { type TrinoClient, TrinoError, type TrinoResult } from './trino-client.ts';

/** What runs the statements. */
export type StatementRunner = Pick<TrinoClient, 'run'>;

interface Execution {
  readonly id: string;
  readonly sql: string;
  readonly database: string | undefined;
  readonly startedAt: number;
  readonly abort: AbortController;
  state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  millis: number;
  result?: TrinoResult;
  error?: unknown;
}

/** A request that Athena would refuse. */
class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * An HTTP server that speaks Athena's protocol (JSON 1.1) and runs the statements on Trino: start with its token, state,
 * results by pages, stop. Trino is given what Athena is given, but for `write_compression`, which only Athena knows.
 */
export async function startAthena(runner: StatementRunner): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const front = new AthenaFront(runner);
  const server = createServer((request, response) => void answer(front, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(front: AthenaFront, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const operation = String(request.headers['x-amz-target']).replace('AmazonAthena.', '');
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  };
  try {
    send(200, front.call(operation, JSON.parse(Buffer.concat(chunks).toString('utf8'))));
  } catch (error) {
    const code = error instanceof Refusal ? error.code : 'InternalServerException';
    send(error instanceof Refusal ? 400 : 500, { __type: code, Message: String((error as Error).message) });
  }
}

interface Input {
  readonly QueryString?: string;
  readonly ClientRequestToken?: string;
  readonly QueryExecutionContext?: { readonly Database?: string };
  readonly QueryExecutionId?: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

class AthenaFront {
  readonly #runner: StatementRunner;
  readonly #executions = new Map<string, Execution>();
  readonly #byToken = new Map<string, Execution>();

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  call(operation: string, input: Input): unknown {
    switch (operation) {
      case 'StartQueryExecution':
        return this.#start(input);
      case 'GetQueryExecution':
        return { QueryExecution: describe(this.#execution(input)) };
      case 'GetQueryResults':
        return results(this.#execution(input), input);
      case 'ListQueryExecutions':
        return { QueryExecutionIds: [...this.#executions.keys()].reverse() };
      case 'StopQueryExecution':
        this.#execution(input).abort.abort();
        return {};
      default:
        throw new Refusal('InvalidRequestException', `the stand-in for Athena has no ${operation}`);
    }
  }

  #start({ QueryString: sql, ClientRequestToken: token, QueryExecutionContext: context }: Input): unknown {
    if (!sql || Buffer.byteLength(sql) > 262_144) throw new Refusal('InvalidRequestException', 'QueryString: too long');
    if (!token || token.length < 32 || token.length > 128)
      throw new Refusal('InvalidRequestException', 'ClientRequestToken: expected 32 to 128 characters');
    const before = this.#byToken.get(token);
    if (before) {
      if (before.sql !== sql)
        throw new Refusal('InvalidRequestException', 'Idempotent parameters do not match those of the first request');
      return { QueryExecutionId: before.id };
    }
    const execution: Execution = {
      id: randomUUID(),
      sql,
      database: context?.Database,
      startedAt: Date.now(),
      abort: new AbortController(),
      state: 'RUNNING',
      millis: 0,
    };
    this.#executions.set(execution.id, execution);
    this.#byToken.set(token, execution);
    void this.#run(execution);
    return { QueryExecutionId: execution.id };
  }

  async #run(execution: Execution): Promise<void> {
    const { sql, database, abort, startedAt } = execution;
    try {
      const text = sql.replace(/,\s*write_compression\s*=\s*'\w+'/, '');
      const schema = database === undefined ? {} : { schema: database };
      execution.result = await this.#runner.run(text, { catalog: CATALOG, signal: abort.signal, ...schema });
      execution.state = 'SUCCEEDED';
    } catch (error) {
      execution.error = error;
      execution.state = abort.signal.aborted ? 'CANCELLED' : 'FAILED';
    }
    execution.millis = Date.now() - startedAt;
  }

  #execution({ QueryExecutionId: id }: Input): Execution {
    const found = this.#executions.get(id ?? '');
    if (!found) throw new Refusal('InvalidRequestException', `QueryExecution ${id} was not found`);
    return found;
  }
}

function describe({ id, sql, state, database, startedAt, millis, result, error }: Execution): unknown {
  const failure = error instanceof TrinoError ? error : undefined;
  return {
    QueryExecutionId: id,
    Query: sql,
    StatementType: 'DML',
    QueryExecutionContext: { Database: database, Catalog: 'awsdatacatalog' },
    Status: {
      State: state,
      SubmissionDateTime: startedAt / 1000,
      ...(error ? { StateChangeReason: failure ? `${failure.errorName}: ${failure.message}` : String(error) } : {}),
      ...(failure
        ? {
            AthenaError: {
              ErrorCategory: failure.errorType === 'USER_ERROR' ? 2 : 1,
              ErrorType: failure.errorType === 'INSUFFICIENT_RESOURCES' ? 1 : 1000,
              Retryable: false,
              ErrorMessage: failure.message,
            },
          }
        : {}),
    },
    Statistics: { TotalExecutionTimeInMillis: millis, DataScannedInBytes: result?.stats.physicalInputBytes ?? 0 },
  };
}

function results({ state, result }: Execution, { MaxResults: most = 1000, NextToken: next }: Input): unknown {
  if (state !== 'SUCCEEDED' || !result)
    throw new Refusal('InvalidRequestException', `Query has not finished with success: ${state}`);
  const columns = result.columns.map(athenaColumn);
  const texts = [columns.map(({ Name }) => Name), ...result.rows.map((row) => row.map(athenaText))];
  const from = Number(next ?? 0);
  const page = texts.slice(from, from + most);
  return {
    ...(from + most < texts.length ? { NextToken: String(from + most) } : {}),
    ResultSet: {
      ResultSetMetadata: { ColumnInfo: columns },
      Rows: page.map((row) => ({ Data: row.map((text) => (text === null ? {} : { VarCharValue: text })) })),
    },
  };
}
