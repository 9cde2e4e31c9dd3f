import type { FunctionName } from './permissions.ts';

/** What a function needs besides its code and its permissions. */
export interface FunctionSpec {
  /** Its file in the repository, which exports `handler`. */
  readonly entry: string;
  /** Whether its bundle may hold DuckDB, 60 MB of native code. */
  readonly duckdb: boolean;
  /** Megabytes; a vCPU goes with every 1769. `build`: as the deployment says. */
  readonly memory: number | 'build';
  /** Of /tmp, megabytes. */
  readonly scratch: number;
  /** Seconds; more than all tries of one request may take (adapters/aws/client-settings.ts). */
  readonly timeout: number;
  /** Options of node. */
  readonly node?: string;
  /** Besides SLUICE_NAME and SLUICE_WAREHOUSE, which every one gets. */
  readonly environment: readonly Setting[];
}

/** Variables of the environment, all with the prefix SLUICE_. */
type Setting = 'LANDING' | 'DATABASES' | 'WORKGROUP' | 'ENGINE' | 'LAMBDA_BYTES' | 'RETENTION_DAYS';

const NO_SCRATCH = 512;
const MOST_SCRATCH = 10_240;
const LONGEST = 900;

export const functions: Readonly<Record<FunctionName, FunctionSpec>> = {
  // One vCPU, as it works on one thread. A batch of 10,000 small records takes about a tenth of a second of it
  // (docs/performance.md), and its PUTs besides. Its objects die young.
  stream: {
    entry: 'lambdas/bronze/stream.ts',
    duckdb: false,
    memory: 1769,
    scratch: NO_SCRATCH,
    timeout: 120,
    environment: [],
    node: '--max-semi-space-size=64',
  },
  // The file and what comes of it both lie in /tmp.
  drop: {
    entry: 'lambdas/bronze/drop.ts',
    duckdb: true,
    memory: 3008,
    scratch: MOST_SCRATCH,
    timeout: LONGEST,
    environment: ['LANDING'],
  },
  // Merges small objects, some at a time.
  discover: {
    entry: 'lambdas/gold/discover.ts',
    duckdb: true,
    memory: 3008,
    scratch: 4096,
    timeout: LONGEST,
    environment: ['DATABASES'],
  },
  // The plan of 22,000 partitions takes 0.5 GB; the rest is for its vCPU, as every wave waits for it.
  plan: {
    entry: 'lambdas/gold/plan.ts',
    duckdb: false,
    memory: 1769,
    scratch: NO_SCRATCH,
    timeout: LONGEST,
    environment: ['ENGINE', 'LAMBDA_BYTES'],
  },
  // Inputs and outputs in /tmp, and what DuckDB has no memory for.
  build: {
    entry: 'lambdas/silver/build.ts',
    duckdb: true,
    memory: 'build',
    scratch: MOST_SCRATCH,
    timeout: LONGEST,
    environment: [],
  },
  // Reads what plan reads; else it only waits for Athena.
  query: {
    entry: 'lambdas/gold/query.ts',
    duckdb: false,
    memory: 1769,
    scratch: NO_SCRATCH,
    timeout: LONGEST,
    environment: ['DATABASES', 'WORKGROUP'],
  },
  publish: {
    entry: 'lambdas/gold/publish.ts',
    duckdb: false,
    memory: 1769,
    scratch: NO_SCRATCH,
    timeout: LONGEST,
    environment: ['DATABASES'],
  },
  finish: {
    entry: 'lambdas/gold/finish.ts',
    duckdb: false,
    memory: 1769,
    scratch: NO_SCRATCH,
    timeout: LONGEST,
    environment: [],
  },
  // Holds the list of every object in the warehouse.
  collect: {
    entry: 'lambdas/gold/collect.ts',
    duckdb: false,
    memory: 3008,
    scratch: NO_SCRATCH,
    timeout: LONGEST,
    environment: ['DATABASES', 'RETENTION_DAYS'],
  },
};
