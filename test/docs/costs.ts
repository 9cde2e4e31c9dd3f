import { loadProject } from '../../adapters/local/project-files.ts';
import { chooseDeployment } from '../../infra/deployment.ts';
import { resourcesOf } from '../infra/synthesize.ts';
import { dailyBatches } from './daily-builds.ts';
import { prices } from './prices.ts';
import { dollarsOf, type Line, numberText } from './product.ts';
import { assumed, measured } from './workload.ts';

/** The load that a deployment with every default is reckoned for. */
export interface Load {
  readonly eventsPerSecond: number;
  /** Of the stream. */
  readonly shards: number;
}

export interface Costs {
  /** What a daily run builds. */
  readonly models: ReadonlySet<string>;
  readonly lines: readonly Line[];
  readonly eventsPerDay: number;
  readonly batchesPerDay: number;
  readonly objectsPerDay: number;
  readonly dollarsPerDay: number;
  readonly dollarsPerMillion: number;
}

const DAY_SECONDS = 86_400;
export const project = await loadProject({ contracts: 'contracts', sql: 'sql' });
const deployment = chooseDeployment('defaults', { defaults: {} }, () => undefined);
const resources = resourcesOf();

const memoryOf = (name: string): number =>
  resources.find(({ Properties }) => Properties.FunctionName === `sluice-${name}`)!.Properties.MemorySize / 1024;

/** Of a table of all customers: as many as a month of events has; more events bring back those who were there. */
function bytesPerEvent(table: string): number {
  const snapshot = measured.snapshotBytes[table];
  const known = measured.tableBytes[table] ?? (snapshot === undefined ? undefined : snapshot * assumed.daysPerMonth);
  if (known !== undefined) return known;
  const { columns } = project.tables.get(table)!.output;
  const grows = columns.some(({ name }) => /^(id|user_id|customer_id|transaction_id)$/.test(name));
  return grows ? assumed.unmeasuredBytes : 0;
}

/** What a day costs, line by line, each with its arithmetic. Free tiers are left out; so is Kinesis. */
export function costsOf({ eventsPerSecond, shards }: Load): Costs {
  const a = assumed;
  const eventsPerDay = eventsPerSecond * DAY_SECONDS;
  const mapping = resources.find(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping')!.Properties;
  const recordBytes = a.eventBytes * (4 / 3) + a.recordOverheadBytes;
  const perWindow = (eventsPerSecond / shards) * mapping.MaximumBatchingWindowInSeconds;
  const records = Math.floor(Math.min(perWindow, mapping.BatchSize, a.batchBytes / recordBytes));
  const batches = eventsPerDay / records;
  const objects = batches * measured.objectsPerBatch;
  const small = batches * (measured.objectsPerBatch - measured.largeObjectsPerBatch);
  const merged = small / a.objectsPerMerge;

  const received = eventsPerDay * a.eventBytes * measured.compression;
  const share: Record<string, number> = {
    'bronze.interactions': 1 - a.transactions,
    'bronze.transactions': a.transactions,
  };
  const bytesPerDay = (table: string): number =>
    table.startsWith('bronze.')
      ? received * (share[table] ?? 0)
      : measured.tableFloor + eventsPerDay * bytesPerEvent(table);
  const { engine, lambda, logDays, retentionDays } = deployment;
  const placement = { engine, duckdbBytes: lambda.bytes };
  const builds = dailyBatches(project, bytesPerDay, {
    ...{ entities: measured.entities, lateDays: a.lateDays, history: a.history },
    ...{ placement, filesByAthena: a.filesByAthena },
  });
  const waves = Math.max(...builds.map(({ wave }) => wave));
  const byLambda = builds.filter((batch) => batch.engine === 'duckdb');
  const byAthena = builds.filter((batch) => batch.engine === 'athena');
  type Size = 'reads' | 'writes' | 'stays' | 'objectsRead' | 'objectsWritten';
  const sum = (some: typeof builds, key: Size): number => some.reduce((n, batch) => n + batch[key], 0);

  // 3.5 GB come with two processors, and less with less.
  const buildSpeed = measured.buildBytesPerSecond * (memoryOf('build') / 3.5);
  const buildSeconds = sum(byLambda, 'reads') / buildSpeed + byLambda.length * a.buildSeconds;
  const scanned = a.readsOfInputs * sum(byAthena, 'reads') + a.readsOfOutputs * sum(byAthena, 'writes');
  const bronzeFiles = batches * measured.largeObjectsPerBatch + merged;
  const reads = bronzeFiles * (1 + a.lateDays) * a.readsOfInputs;
  const transitions = a.statesPerRun + waves * a.statesPerWave + builds.length * a.statesPerBatch;
  const tables = project.models
    .filter(({ name }) => builds.some(({ model }) => model === name))
    .reduce((n, { outputs }) => n + outputs.length, 0);
  const glueRequests = tables * a.gluePerTable * 2 + byAthena.length * a.gluePerQuery;
  const calls = batches + builds.length + waves * 2 + 3;
  const perSecond = batches / DAY_SECONDS;
  const traces =
    DAY_SECONDS * (Math.min(perSecond, a.tracedPerSecond) + Math.max(0, perSecond - a.tracedPerSecond) * a.tracedShare);
  const readsOfBuilt = sum(byLambda, 'objectsRead') + sum(byAthena, 'objectsRead') * a.readsOfInputs;
  const written = sum(builds, 'objectsWritten');
  const requests = objects + small + written + (reads + readsOfBuilt) * a.getsPerRead;
  const alarmed = resources
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .reduce(
      (n, { Properties: { Metrics } }) =>
        n + (Metrics?.filter((m: { MetricStat?: object }) => m.MetricStat).length ?? 1),
      0,
    );
  const stored = received + sum(builds, 'stays');
  // Stays for the retention, then as a version for as long again: what merging and later builds of the same days replace.
  const superseded = received * a.mergedShare + sum(builds, 'writes') - sum(builds, 'stays');
  const month = [1 / a.daysPerMonth, 'month'] as const;
  const GB = 1e9;

  const lines: Line[] = [
    {
      what: 'Stream function: time',
      factors: [
        [batches, `batches of ${records.toLocaleString('en-US')} events`],
        [a.secondsPerBatch + records / a.recordsPerSecond, 's'],
        [memoryOf('stream'), 'GB'],
      ],
      price: prices.lambdaTime,
    },
    { what: 'All functions: calls', factors: [[calls, 'calls']], price: prices.lambdaCall },
    {
      what: 'Bronze objects written',
      factors: [
        [batches, 'batches'],
        [measured.objectsPerBatch, 'objects'],
      ],
      price: prices.put,
    },
    { what: 'Small objects read to be merged', factors: [[small, 'objects']], price: prices.get },
    {
      what: 'Discover function: taking up and merging',
      factors: [
        [small / a.mergedPerSecond, 's'],
        [memoryOf('discover'), 'GB'],
      ],
      price: prices.lambdaTime,
    },
    {
      what: 'Listing: bronze of 8 days by discover, a year of it by collect',
      factors: [[(objects * 8 + bronzeFiles * a.history) / 1000, 'pages of 1,000 keys']],
      price: prices.put,
    },
    {
      what: `Builds in Lambda: ${byLambda.length} batches reading ${gb(sum(byLambda, 'reads'))} GB`,
      factors: [
        [buildSeconds, 's'],
        [memoryOf('build'), 'GB'],
      ],
      price: prices.lambdaTime,
    },
    {
      what: `Builds by Athena: ${byAthena.length} batches reading ${gb(sum(byAthena, 'reads'))} GB ${a.readsOfInputs} times, what they write ${a.readsOfOutputs} times`,
      factors: [[scanned / GB, 'GB']],
      price: prices.scan,
    },
    {
      what: 'Builds by Athena: least charge of 10 MB a statement',
      factors: [
        [byAthena.length * a.statementsPerBuild, 'statements'],
        [0.01, 'GB'],
      ],
      price: prices.scan,
    },
    {
      what: 'Builds by Athena: the function that waits',
      factors: [
        [byAthena.length, 'batches'],
        [a.querySeconds, 's'],
        [memoryOf('query'), 'GB'],
      ],
      price: prices.lambdaTime,
    },
    {
      what: 'Builds: reading bronze',
      factors: [
        [reads, 'reads of objects'],
        [a.getsPerRead, 'requests'],
      ],
      price: prices.get,
    },
    {
      what: 'Builds: reading silver and gold',
      factors: [
        [readsOfBuilt, 'reads of objects'],
        [a.getsPerRead, 'requests'],
      ],
      price: prices.get,
    },
    {
      what: 'Plan, publish, finish; collect',
      factors: [
        [waves * a.stepSeconds + a.collectSeconds, 's'],
        [memoryOf('plan'), 'GB'],
      ],
      price: prices.lambdaTime,
    },
    { what: 'Step Functions', factors: [[transitions, 'transitions']], price: prices.transition },
    { what: 'Glue catalog', factors: [[glueRequests, 'requests']], price: prices.glue },
    { what: 'Builds: objects written', factors: [[written, 'objects']], price: prices.put },
    {
      what: 'Storage: a day of every layer, for its first month',
      factors: [[stored / GB, 'GB']],
      price: prices.storage,
    },
    {
      what: `Storage: what was superseded, kept ${retentionDays} days, then ${retentionDays} as versions`,
      factors: [
        [superseded / GB, 'GB'],
        [(2 * retentionDays) / a.daysPerMonth, 'months'],
      ],
      price: prices.storage,
    },
    {
      what: 'Storage: what Athena prepared, kept a day as versions',
      factors: [
        [sum(byAthena, 'writes') / GB, 'GB'],
        [2 / a.daysPerMonth, 'months'],
      ],
      price: prices.storage,
    },
    {
      what: `Access logs, kept ${logDays} days`,
      factors: [
        [(requests * a.accessLogBytes) / GB, 'GB'],
        [logDays / a.daysPerMonth, 'months'],
      ],
      price: prices.storage,
    },
    {
      what: 'KMS: requests of S3 under bucket keys',
      factors: [
        [requests, 'requests'],
        [a.keyUses, 'of them'],
      ],
      price: prices.keyUse,
    },
    { what: 'KMS: the key', factors: [[1, 'key'], month], price: prices.key },
    { what: 'CloudWatch: metrics', factors: [[METRICS, 'metrics'], month], price: prices.metric },
    { what: 'CloudWatch: alarms', factors: [[alarmed, 'metrics'], month], price: prices.alarm },
    { what: 'CloudWatch: dashboard', factors: [[1, 'dashboard'], month], price: prices.dashboard },
    {
      what: 'CloudWatch: logs',
      factors: [[(calls * a.logBytesPerCall + transitions * a.logBytesPerState) / GB, 'GB']],
      price: prices.log,
    },
    { what: 'X-Ray', factors: [[traces, 'traces']], price: prices.trace },
  ];
  const dollarsPerDay = lines.reduce((total, line) => total + dollarsOf(line), 0);
  return {
    models: new Set(builds.map(({ model }) => model)),
    lines,
    eventsPerDay,
    batchesPerDay: batches,
    objectsPerDay: objects,
    dollarsPerDay,
    dollarsPerMillion: dollarsPerDay / (eventsPerDay / 1e6),
  };
}

/** What Kinesis itself costs a day, on-demand, with the retention of a week that the deployment asks for. */
export function kinesisOf({ eventsPerSecond }: Load): Line[] {
  const gigabytes = [(eventsPerSecond * DAY_SECONDS * assumed.eventBytes) / 1e9, 'GB'] as const;
  return [
    { what: 'The stream', factors: [[24, 'hours']], price: prices.stream },
    { what: 'In', factors: [gigabytes], price: prices.streamIn },
    { what: 'Out', factors: [gigabytes], price: prices.streamOut },
    {
      what: 'Kept for 6 days more than one',
      factors: [gigabytes, [6 / assumed.daysPerMonth, 'months']],
      price: prices.streamKept,
    },
  ];
}

/** The functions' own, and six of the event source mapping (EventCount). */
const METRICS = 15 + 6;

function gb(bytes: number): string {
  return numberText(bytes / 1e9);
}
