/**
 * The same pipeline by hand in raw DuckDB: close to the least work that gives these tables on one machine. What the
 * product has beyond it (ledger, digests, audits, atomic publishing, rolling actives, sessions cut locally) is what its
 * overhead pays for.
 *
 *     node raw-duckdb.js --main DIR --late DIR --last-day D --late-day D --out DIR --stages full
 *
 * Stages, comma separated: full (bronze, silver, gold), bronze, silver, gold, late (after full: the late batch, repairing
 * only what it touches), nothing. Prints one line of JSON: seconds of wall and CPU per step.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { addDays, type Day, daysBetween, monthOf } from '../core/dates.ts';

const { values } = parseArgs({
  options: {
    main: { type: 'string' },
    late: { type: 'string' },
    'last-day': { type: 'string' },
    'late-day': { type: 'string' },
    out: { type: 'string' },
    stages: { type: 'string', default: 'full' },
    threads: { type: 'string' },
  },
});
const main = given('main');
const late = given('late');
const lastDay: Day = given('last-day');
const lateDay: Day = given('late-day');
const out = given('out');

function given(name: 'main' | 'late' | 'last-day' | 'late-day' | 'out'): string {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

mkdirSync(out, { recursive: true });
const instance = await DuckDBInstance.create(':memory:', values.threads ? { threads: values.threads } : {});
const connection = await instance.connect();
await execute('set preserve_insertion_order = false');
await execute("set TimeZone = 'UTC'");
await execute(`set temp_directory = '${out}/tmp'`);

async function execute(sql: string): Promise<void> {
  await connection.run(sql);
}

export interface Step {
  name: string;
  wallSeconds: number;
  cpuSeconds: number;
}
const steps: Step[] = [];

async function timed(name: string, work: () => Promise<void>): Promise<void> {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  steps.push({ name, wallSeconds: (performance.now() - wall) / 1000, cpuSeconds: (user + system) / 1e6 });
}

/** Days `from` to `to`, both included. Without a range: all. */
interface Range {
  from: Day;
  to: Day;
}

/** A partitioned table, or only some of its days. */
function table(path: string, range?: Range): string {
  const partitions = range
    ? daysBetween(range.from, range.to)
        .filter((day) => exists(`${out}/${path}/dt=${day}`))
        .map((day) => `'${out}/${path}/dt=${day}/*.parquet'`)
    : [`'${out}/${path}/*/*.parquet'`];
  return `read_parquet([${partitions}], hive_partitioning = true)`;
}

function exists(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

/** Replaces a table, or only some of its days. */
async function store(path: string, range: Range | undefined, query: string): Promise<void> {
  const folders = range ? daysBetween(range.from, range.to).map((day) => `${path}/dt=${day}`) : [path];
  for (const folder of folders) rmSync(`${out}/${folder}`, { recursive: true, force: true });
  await append(path, 'dt', query);
}

async function append(path: string, partitionBy: string, query: string): Promise<void> {
  mkdirSync(`${out}/${path}`, { recursive: true });
  await execute(`copy (${query}) to '${out}/${path}'
    (format parquet, compression zstd, partition_by (${partitionBy}), overwrite_or_ignore true)`);
}

// ---- bronze: one pass over the lines, kept as received beside their envelope

async function bronze(folder: string): Promise<void> {
  const envelope = '{"id":"VARCHAR","source":"VARCHAR","type":"VARCHAR","time":"VARCHAR"}';
  await append(
    'bronze',
    'entity, ingest_date',
    `select coalesce(e.type, '_unparsable') as entity, e.id, e.source, e.time, raw, ingest_date
    from (
      select raw, ingest_date, case when json_valid(raw) then json_transform(raw, '${envelope}') end as e
      from read_csv('${folder}/ingest_date=*/*.jsonl*', columns = {raw: 'VARCHAR'}, delim = '\\x01', quote = '', escape = '',
        header = false, auto_detect = false, hive_partitioning = true)
    )`,
  );
}

function bronzeOf(entity: string, since?: Day): string {
  const where = since ? `where ingest_date >= date '${since}'` : '';
  return `(select * from read_parquet('${out}/bronze/entity=${entity}/*/*.parquet', hive_partitioning = true) ${where})`;
}

// ---- silver: cast, validate, deduplicate

interface Entity {
  name: string;
  fields: string[];
  casts: string;
  reason: string;
  typed: string;
  key: string;
}

const interactions: Entity = {
  name: 'interactions',
  fields: ['user_id', 'timestamp', 'action_type', 'page_id', 'duration_ms', 'app_version', 'device_type'],
  casts: 'try_cast(duration_ms as decimal(18,6)) as d, try_cast(timestamp as timestamptz)::timestamp as t',
  reason: `case
    when user_id is null or timestamp is null or action_type is null or page_id is null or duration_ms is null then 'missing_field'
    when d is null then 'not_a_number' when t is null then 'bad_timestamp'
    when d not between 0 and 7200000 or d <> floor(d) then 'bad_duration'
    when action_type not in ('page_view', 'edit', 'create', 'delete', 'share') then 'unknown_action' end`,
  typed: `id, source, user_id, t as timestamp, action_type, page_id, d::int as duration_ms, app_version, device_type,
    t::date as dt, ingest_date`,
  key: 'user_id, timestamp, action_type, page_id',
};

const transactions: Entity = {
  name: 'transactions',
  fields: [
    'transaction_id',
    'user_id',
    'product_id',
    'quantity',
    'price',
    'timestamp',
    'channel',
    'currency',
    'payment_method',
    'transaction_status',
  ],
  casts: `try_cast(quantity as decimal(18,6)) as q, try_cast(price as decimal(18,2)) as p,
    try_cast(timestamp as timestamptz)::timestamp as t`,
  reason: `case
    when transaction_id is null or user_id is null or product_id is null or quantity is null or price is null
      or timestamp is null then 'missing_field'
    when q is null or p is null then 'not_a_number' when t is null then 'bad_timestamp'
    when q <= 0 or q <> floor(q) then 'bad_quantity' when p <= 0 then 'bad_price' end`,
  typed: `id, source, transaction_id, user_id, upper(trim(product_id)) as product_id, q::int as quantity, p as price,
    t as timestamp, trim(channel) as channel, currency, payment_method, lower(trim(transaction_status)) as transaction_status,
    t::date as dt, ingest_date`,
  key: 'transaction_id',
};

/** Bronze rows with their fields as text, their casts and the reason they are refused, if any. */
function parsed(entity: Entity, since?: Day): string {
  const spec = JSON.stringify({ data: Object.fromEntries(entity.fields.map((field) => [field, 'VARCHAR'])) });
  return `(select *, ${entity.reason} as reason from (select *, ${entity.casts} from (
    select id, source, raw, ingest_date, unnest(json_transform(raw, '${spec}').data) from ${bronzeOf(entity.name, since)})))`;
}

/** The last arrival wins, then the greatest id. Only rows whose key hash occurs twice are ranked. */
async function onePerKey({ key }: Entity, rows: string): Promise<string> {
  await execute(
    `create or replace temp table doubles as select hash(${key}) as h from ${rows} group by 1 having count(*) > 1`,
  );
  return `select * from ${rows} where hash(${key}) not in (from doubles) union all
    (select * from ${rows} where hash(${key}) in (from doubles)
      qualify row_number() over (partition by ${key} order by ingest_date desc, id desc) = 1)`;
}

async function silver(): Promise<void> {
  rmSync(`${out}/quarantine`, { recursive: true, force: true });
  for (const entity of [transactions, interactions]) {
    await execute(`create or replace temp table checked as
      select ${entity.typed}, reason, case when reason is not null then raw end as raw from ${parsed(entity)}`);
    const sound = await onePerKey(entity, '(select * exclude (reason, raw) from checked where reason is null)');
    await store(`silver/${entity.name}`, undefined, sound);
    await append(
      `quarantine/${entity.name}`,
      'ingest_date',
      'select id, source, reason, raw, ingest_date from checked where reason is not null',
    );
  }
  await append(
    'quarantine/unparsable',
    'ingest_date',
    `select 'not_json' as reason, raw, ingest_date from ${bronzeOf('_unparsable')}`,
  );
  await execute('drop table checked');
  await execute('drop table doubles');
}

/** Merges what arrived since a day into one day of interactions. */
async function silverMerge(day: Day, since: Day): Promise<void> {
  const range = { from: day, to: day };
  await execute(`create or replace temp table good as
    select * from ${table('silver/interactions', range)} union all by name
    select ${interactions.typed} from ${parsed(interactions, since)} where reason is null and t::date = date '${day}'`);
  await store('silver/interactions', range, await onePerKey(interactions, 'good'));
}

// ---- gold: every table for a range of days, or for all

/** Reads a day more on each side: exact as long as no session outlasts a day beyond its own, so not for bots. */
async function sessions(range?: Range): Promise<void> {
  const wider = range && { from: addDays(range.from, -1), to: addDays(range.to, 1) };
  await store(
    'gold/sessions',
    range,
    `with marked as (
      select user_id, timestamp, id, epoch_ms(timestamp) - lag(epoch_ms(timestamp)) over w <= 1800000 as same
      from ${table('silver/interactions', wider)}
      window w as (partition by user_id order by timestamp, id)
    ),
    numbered as (
      select *, count(*) filter (same is not true)
        over (partition by user_id order by timestamp, id rows unbounded preceding) as n
      from marked
    )
    select * from (
      select any_value(id) filter (same is not true) as session_id, user_id, min(timestamp) as session_start,
        max(timestamp) as session_end, count(*) as actions, min(timestamp)::date as dt
      from numbered
      group by user_id, n
    ) where ${range ? `dt between date '${range.from}' and date '${range.to}'` : 'true'}`,
  );
}

/** Activity of a user on a day: what the daily and monthly metrics are counted from. */
async function userDay(range?: Range): Promise<void> {
  await store(
    'gold/user_day',
    range,
    `select user_id, dt, coalesce(actions, 0) as actions, coalesce(page_views, 0) as page_views, coalesce(writes, 0) as writes,
      coalesce(pages, 0) as pages, coalesce(duration_ms, 0) as duration_ms, coalesce(purchases, 0) as purchases,
      coalesce(revenue, 0)::decimal(18,2) as revenue, coalesce(sessions, 0) as sessions
    from (
      select user_id, dt, count(*) as actions, count(*) filter (action_type = 'page_view') as page_views,
        count(*) filter (action_type in ('edit', 'create', 'delete')) as writes, count(distinct page_id) as pages,
        sum(duration_ms)::bigint as duration_ms
      from ${table('silver/interactions', range)} group by all
    )
    full join (
      select user_id, dt, count(*) as purchases, sum(quantity * price)::decimal(18,2) as revenue
      from ${table('silver/transactions', range)} group by all
    ) using (user_id, dt)
    left join (
      select user_id, dt, count(*) as sessions from ${table('gold/sessions', range)} group by all
    ) using (user_id, dt)`,
  );
}

async function dailyMetrics(range?: Range): Promise<void> {
  await store(
    'gold/daily_metrics',
    range,
    `select dt, count(*) as daily_active_users, sum(actions)::bigint as total_actions,
      sum(duration_ms) / sum(actions) as avg_duration_ms
    from ${table('gold/user_day', range)} where actions > 0 group by dt`,
  );
}

async function monthlyMetrics(month?: Day): Promise<void> {
  await store(
    'gold/monthly_metrics',
    month ? { from: month, to: month } : undefined,
    `select date_trunc('month', dt)::date as dt, count(distinct user_id) as monthly_active_users,
      sum(actions)::bigint as total_monthly_actions
    from ${table('gold/user_day')}
    where actions > 0 ${month ? `and date_trunc('month', dt) = date '${month}'` : ''} group by 1`,
  );
}

async function customerFeatures(day: Day): Promise<void> {
  await store(
    'gold/customer_features',
    { from: day, to: day },
    `select user_id, count(*) as purchase_frequency, round(sum(price), 2) as total_spend,
      round((sum(price) / count(*))::decimal(18,6), 2) as avg_transaction_value,
      max(timestamp)::date as last_purchase_date, date '${day}' - max(timestamp)::date as recency_days, date '${day}' as dt
    from ${table('silver/transactions')} where dt <= date '${day}' group by user_id`,
  );
}

// ---- stages

async function gold(): Promise<void> {
  await timed('sessions', () => sessions());
  await timed('user_day', () => userDay());
  await timed('daily_metrics', () => dailyMetrics());
  await timed('monthly_metrics', () => monthlyMetrics());
  await timed('customer_features', () => customerFeatures(lastDay));
}

/** The late batch holds interactions of one day: that day's silver, sessions a day around it, that day's and month's metrics. */
async function lateStage(): Promise<void> {
  const around = { from: addDays(lateDay, -1), to: addDays(lateDay, 1) };
  const arrived = readdirSync(late)
    .map((name) => name.replace('ingest_date=', ''))
    .sort()[0]!;
  await timed('bronze', () => bronze(late));
  await timed('silver', () => silverMerge(lateDay, arrived));
  await timed('sessions', () => sessions(around));
  await timed('user_day', () => userDay(around));
  await timed('daily_metrics', () => dailyMetrics({ from: lateDay, to: lateDay }));
  await timed('monthly_metrics', () => monthlyMetrics(monthOf(lateDay)));
}

async function bronzeStage(): Promise<void> {
  rmSync(`${out}/bronze`, { recursive: true, force: true });
  await timed('bronze', () => bronze(main));
}

const stages: Record<string, () => Promise<void>> = {
  bronze: bronzeStage,
  silver: () => timed('silver', silver),
  gold,
  full: async () => {
    await bronzeStage();
    await timed('silver', silver);
    await gold();
  },
  late: lateStage,
  nothing: async () => {},
};

for (const name of values.stages.split(',')) {
  const stage = stages[name];
  if (!stage) throw new Error(`--stages ${name}: expected some of ${Object.keys(stages).join(', ')}`);
  await stage();
}
console.log(JSON.stringify(steps));
