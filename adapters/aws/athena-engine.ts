import { setTimeout as sleep } from 'node:timers/promises';
import type { AthenaClient } from '@aws-sdk/client-athena';
import type { GlueClient } from '@aws-sdk/client-glue';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { QueryEngine } from '../../core/ports/query-engine.ts';
import { AthenaQueries } from './athena-queries.ts';
import type { Pause } from './athena-retries.ts';
import { AthenaSession } from './athena-session.ts';
import { StagingDatabase } from './staging-database.ts';
import { stagingPlace } from './staging-session.ts';

export interface AthenaOptions {
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  /** The warehouse. */
  readonly store: ObjectStore;
  /** Its bucket. */
  readonly bucket: string;
  /** The prefix of the deployment's databases, such as `sluice`. */
  readonly databases: string;
  /** One that does not enforce its settings on queries: a CTAS could not say where it writes. */
  readonly workgroup: string;
  /** Milliseconds that this process may still run; shortly before they are over a StillRunningError is thrown. */
  readonly deadline?: () => number;
  /** Told when a session's tables could not be dropped (they are collected later). Absent: `close` throws instead. */
  readonly onLeftBehind?: (error: unknown) => void;
  /** Waits; tests have no time for it. */
  readonly pause?: Pause;
}

/** Athena over the files of a bucket. A session that is opened again with the same id goes on where it was. */
export class AthenaEngine implements QueryEngine {
  readonly name = 'athena-3';
  readonly dialect = 'trino';
  readonly #options: AthenaOptions;
  readonly #sessions: AthenaSession[] = [];

  constructor(options: AthenaOptions) {
    this.#options = options;
  }

  /** What the queries of all its sessions have cost. */
  get dollars(): number {
    return this.#sessions.reduce((sum, { statistics }) => sum + statistics.dollars, 0);
  }

  async open(id: string): Promise<AthenaSession> {
    const { athena, glue, store, bucket, databases, workgroup, onLeftBehind } = this.#options;
    const { deadline = () => Number.POSITIVE_INFINITY, pause = sleep as Pause } = this.#options;
    const { database, folder } = stagingPlace(databases, id);
    const staging = new StagingDatabase(glue, database);
    await staging.create(databases);
    const queries = new AthenaQueries({ athena, workgroup, database, session: id, deadline, pause });
    const session = new AthenaSession({
      ...{ queries, staging, store, bucket, folder },
      ...(onLeftBehind ? { onLeftBehind } : {}),
    });
    this.#sessions.push(session);
    return session;
  }
}
