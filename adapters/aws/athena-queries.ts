import { createHash } from 'node:crypto';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { EngineError, StillRunningError } from '../../core/errors.ts';
import { athenaDollars } from '../../core/plan/estimate.ts';
import type { QueryResult } from '../../core/ports/query-engine.ts';
import { queryFailure } from './athena-failure.ts';
import { queryResult } from './athena-results.ts';
import { type Pause, whenPassing } from './athena-retries.ts';
import { errorCode, isThrottled } from './aws-error.ts';

export interface AthenaQueriesOptions {
  readonly athena: AthenaClient;
  readonly workgroup: string;
  /** The Glue database that bare names of relations are looked up in. */
  readonly database: string;
  /** Unique to the session, and the same when it goes on in another process. */
  readonly session: string;
  /** Milliseconds that this process may still run. */
  readonly deadline: () => number;
  readonly pause: Pause;
}

/** What the queries of a session took. */
export interface AthenaStatistics {
  readonly queries: number;
  /** Scanned, as Athena counts and charges them. */
  readonly bytes: number;
  /** Sum over the queries, waiting in Athena's queue included. */
  readonly milliseconds: number;
  readonly dollars: number;
}

/** Left for the SDK's own retries of a call, and for unwinding, when the time is up. */
const MARGIN_MS = 20_000;
const FIRST_POLL_MS = 200;
const LONGEST_POLL_MS = 3_000;
/** docs.aws.amazon.com/athena/latest/ug/service-limits.html */
const LONGEST_STATEMENT_BYTES = 262_144;

/** The queries of one session, one after the other. Statement and number make a query what it is: it runs once. */
export class AthenaQueries {
  readonly #options: AthenaQueriesOptions;
  #statements = 0;
  #statistics: AthenaStatistics = { queries: 0, bytes: 0, milliseconds: 0, dollars: 0 };
  #left = false;

  constructor(options: AthenaQueriesOptions) {
    this.#options = options;
  }

  get statistics(): AthenaStatistics {
    return this.#statistics;
  }

  /** Whether a query was left running, so that its tables must stay. */
  get wasLeft(): boolean {
    return this.#left;
  }

  /**
   * Runs a statement to its end.
   * @throws EngineError if it failed; StillRunningError if it goes on longer than this process may wait
   */
  async run(sql: string): Promise<QueryExecution> {
    const bytes = Buffer.byteLength(sql);
    if (bytes > LONGEST_STATEMENT_BYTES) {
      throw new EngineError(`the statement has ${bytes} bytes: Athena takes ${LONGEST_STATEMENT_BYTES} at most`, {
        statement: sql,
        kind: 'statement',
      });
    }
    this.#statements += 1;
    const execution = await this.#ended(sql, await this.#started(sql));
    this.#count(execution);
    if (execution.Status?.State !== 'SUCCEEDED') throw queryFailure(sql, execution);
    return execution;
  }

  /** Runs a query, and fetches its rows. */
  async rows(sql: string): Promise<QueryResult> {
    const { QueryExecutionId: id, StatementType: type } = await this.run(sql);
    const { athena } = this.#options;
    return whenPassing(() => queryResult(athena, id!, type !== 'DDL' && type !== 'UTILITY'), this.#waiting(sql));
  }

  /** The same statement of the same session is started once, however often this is called: by its token. */
  async #started(sql: string): Promise<string> {
    const { athena, workgroup, database, session } = this.#options;
    const token = createHash('sha256')
      .update(JSON.stringify([database, session, this.#statements, sql]))
      .digest('hex');
    const start = new StartQueryExecutionCommand({
      QueryString: sql,
      ClientRequestToken: token,
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: database },
      WorkGroup: workgroup,
      // Athena would answer from older data.
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    });
    this.#checkTime(sql, 0);
    try {
      const { QueryExecutionId: id } = await whenPassing(() => athena.send(start), this.#waiting(sql));
      return id!;
    } catch (cause) {
      if (errorCode(cause) !== 'InvalidRequestException') throw cause;
      const message = `Athena refused a statement: ${(cause as Error).message}`;
      throw new EngineError(message, { statement: sql, kind: 'statement', cause });
    }
  }

  async #ended(sql: string, id: string): Promise<QueryExecution> {
    const { athena } = this.#options;
    for (let wait = FIRST_POLL_MS; ; wait = Math.min(wait * 1.5, LONGEST_POLL_MS)) {
      const { QueryExecution: execution } = await whenPassing(
        () => athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
        this.#waiting(sql),
      );
      const state = execution?.Status?.State;
      if (execution && (state === 'SUCCEEDED' || state === 'FAILED' || state === 'CANCELLED')) return execution;
      // Athena itself ends a query that goes on for too long (30 minutes, unless the quota is another).
      await this.#wait(sql, wait * (0.75 + Math.random() / 2));
    }
  }

  #waiting(sql: string): Parameters<typeof whenPassing>[1] {
    return {
      pause: (milliseconds) => this.#wait(sql, milliseconds),
      givingUp: (cause) => {
        const why = isThrottled(cause) ? 'throttled' : 'was not reached';
        const message = `Athena ${why}, after all tries: ${(cause as Error).message}`;
        return new EngineError(message, { statement: sql, kind: 'unavailable', cause });
      },
    };
  }

  async #wait(sql: string, milliseconds: number): Promise<void> {
    this.#checkTime(sql, milliseconds);
    await this.#options.pause(milliseconds);
  }

  #checkTime(sql: string, milliseconds: number): void {
    if (this.#options.deadline() - milliseconds >= MARGIN_MS) return;
    this.#left = true;
    throw new StillRunningError(`session ${this.#options.session} goes on in Athena: ${sql.slice(0, 80)}`);
  }

  #count({ Statistics: statistics }: QueryExecution): void {
    const bytes = statistics?.DataScannedInBytes ?? 0;
    const sum = this.#statistics;
    this.#statistics = {
      queries: sum.queries + 1,
      bytes: sum.bytes + bytes,
      milliseconds: sum.milliseconds + (statistics?.TotalExecutionTimeInMillis ?? 0),
      dollars: sum.dollars + athenaDollars(bytes),
    };
  }
}
