import { UNPARSABLE } from '../../core/bronze/bronze-object.ts';

/**
 * What the arithmetic of docs/deploy.md starts from, besides the defaults of infra/. `measured` are figures of this
 * repository; a test holds those of the stream against the code. `assumed` are judgements, on the dear side.
 */
export const measured = {
  /** Bytes in bronze for each byte received, by the stream writer, of events of 1 KB of which half is random text. */
  compression: 0.55,
  /** Objects of one batch: two entities, what could not be parsed, and the days of late events (2 % by up to 5 days). */
  objectsPerBatch: 16,
  /** Of which so many are too large to be merged. */
  largeObjectsPerBatch: 1,
  /** Bytes received by compressed bytes of bronze a second of a build with two processors: docs/performance.md. */
  buildBytesPerSecond: 10_000_000,
  /** What is received. Which models are built of it, the plan says. */
  entities: ['transactions', 'interactions', UNPARSABLE],
  /**
   * Compressed bytes of each table for each event received, in a month of 1,000,000 generated events (15 % transactions):
   * `sluice status` after `sluice run`. They hold declared fields only, so the size of the event does not matter.
   */
  tableBytes: {
    'silver.interactions': 22.8,
    'silver.transactions': 4.6,
    'silver.transactions_keys': 0.4,
    'quarantine.interactions': 0.6,
    'quarantine.transactions': 0.2,
    'quarantine.unparsable': 0.2,
    'gold.session_fragments': 3.7,
    'gold.sessions': 4.0,
    'gold.events_sessionized': 26.8,
    'gold.session_metrics': 2.5,
    'gold.user_day': 0.8,
    'gold.user_device_day': 0.5,
    'gold.customer_day': 0.4,
    'gold.customer_channel_day': 0.3,
    // Nobody is in an experiment.
    'gold.experiment_outcomes': 0,
  } as Readonly<Record<string, number>>,
  /** The same of tables that hold all customers, as they are by the end of that month, for each event of the month. */
  snapshotBytes: {
    'gold.session_totals': 0.4,
    'gold.customer_features': 0.5,
    'gold.customer_360': 0.5,
  } as Readonly<Record<string, number>>,
  /** Bytes of a day or a month of every other table, whatever the load: tables of numbers, one row a group. */
  tableFloor: 12_000,
} as const;

export const assumed = {
  eventBytes: 1024,
  /** As `measured.tableBytes`, of a table not measured that has rows of its own for each user or event: as much as sessions. */
  unmeasuredBytes: 4,
  transactions: 0.15,
  /** JSON around the base64 of a record in what Lambda is called with. */
  recordOverheadBytes: 450,
  /** What Lambda can be called with. */
  batchBytes: 6_000_000,
  /**
   * Of the stream's function with one processor, for its bill: a tenth of what the handler does by itself, without the network
   * and with events of a third of the size (docs/performance.md).
   */
  recordsPerSecond: 10_000,
  /** For what a batch takes whatever its size: its PUTs, 16 at a time. */
  secondsPerBatch: 0.1,
  /** Small objects fetched and merged a second: 2,000 were merged on our disk; 16 GETs at a time of 30 ms are 530. */
  mergedPerSecond: 400,
  objectsPerMerge: 600,
  /** Event days that late events reopen in each daily run, besides yesterday. */
  lateDays: 6,
  /** Days of history that unbounded windows read. */
  history: 365,
  /** A statement reads a model's inputs so often, and each table it prepares or writes, by checks and audits. */
  readsOfInputs: 2.2,
  readsOfOutputs: 4,
  statementsPerBuild: 10,
  /** Of a build by Athena, in which its function waits. */
  querySeconds: 180,
  /** A build in Lambda, besides its reading. */
  buildSeconds: 5,
  /** Objects that a statement of Athena writes into a partition; DuckDB writes one. */
  filesByAthena: 20,
  /** Of the bytes of bronze, what merging replaces. */
  mergedShare: 0.2,
  /** GETs of S3 for one object read once: footer and columns. */
  getsPerRead: 3,
  /** Seconds of each step of a run over small data, the start of a function and the state machine's own time included. */
  smallRunSeconds: { discover: 10, plan: 4, build: 8, publish: 6, finish: 4 },
  /** Seconds of plan, publish and finish together, each wave; of the collector, each day. */
  stepSeconds: 20,
  collectSeconds: 120,
  statesPerWave: 4,
  statesPerBatch: 5,
  statesPerRun: 6,
  /** Glue: a table's partitions listed and changed; a staging database made, filled and dropped. */
  gluePerTable: 10,
  gluePerQuery: 30,
  /** Requests to S3 that reach KMS, under a bucket key: AWS says up to 99 % fewer. */
  keyUses: 0.05,
  logBytesPerCall: 2000,
  /** Log lines of the state machines for each transition. */
  logBytesPerState: 1500,
  accessLogBytes: 600,
  /** X-Ray records one call a second and 5 % of the others. */
  tracedPerSecond: 1,
  tracedShare: 0.05,
  daysPerMonth: 30,
} as const;
