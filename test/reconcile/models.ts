import type { Column, SqlType } from '../../core/model/column.ts';
import type { Keep } from '../../core/model/days-kept.ts';
import type { Audit, Model, Output } from '../../core/model/model.ts';
import { type Input, parseWindow } from '../../core/model/window.ts';

/** What a model of these tests says beyond the defaults. */
interface Declared {
  readonly inputs: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, SqlType>>;
  readonly sql: string;
  readonly partitions?: 'day' | 'month';
  readonly keep?: readonly Keep[];
  readonly audits?: readonly Audit[];
  readonly code?: string;
}

function columnsOf(declared: Readonly<Record<string, SqlType>>): Column[] {
  return Object.entries(declared).map(([name, type]) => ({ name, type, meaning: '' }));
}

export function model(name: string, declared: Declared): Model {
  const { partitions = 'day', keep = ['all'], audits = [], sql, code = sql } = declared;
  const inputs = Object.entries(declared.inputs).map(([table, text]): Input => ({ table, window: parseWindow(text)! }));
  const output: Output = { table: name, columns: columnsOf(declared.columns), sql, audits, meaning: '' };
  return { name, inputs, partitions, keep, steps: () => [], outputs: [output], codeDigest: code, file: `${name}.sql` };
}

/** Each event once, by its id; in quarantine what has no amount. A late duplicate changes nothing after it. */
export const events: Model = {
  ...model('silver.event', {
    inputs: { 'bronze.event': '[0]' },
    columns: { id: 'varchar', user_id: 'varchar', amount: 'bigint' },
    sql: `select id, user_id, amount, dt from parsed where amount is not null and nth = 1`,
  }),
  steps: () => [
    {
      name: 'parsed',
      as: 'table',
      sql: `select id, user_id, amount, payload, dt, row_number() over (partition by dt, id, amount is null order by amount, user_id) as nth
        from (
          select split_part(payload, ',', 1) as id, split_part(payload, ',', 2) as user_id,
            try_cast(split_part(payload, ',', 3) as bigint) as amount, payload,
            case when event_date = 'unknown' then ingest_date else event_date end as dt
          from bronze_event
        )`,
    },
  ],
  outputs: [
    {
      table: 'silver.event',
      columns: columnsOf({ id: 'varchar', user_id: 'varchar', amount: 'bigint' }),
      sql: 'select id, user_id, amount, dt from parsed where amount is not null and nth = 1',
      audits: [{ name: 'amount_is_sane', sql: 'select dt, id, amount from event where amount >= 1000' }],
      meaning: '',
    },
    {
      table: 'quarantine.event',
      columns: columnsOf({ payload: 'varchar' }),
      sql: 'select payload, dt from parsed where amount is null',
      audits: [],
      meaning: '',
    },
  ],
  accounts: 'select dt, count(*) as records from parsed group by dt',
};

const daily = model('gold.user_day', {
  inputs: { 'silver.event': '[0]' },
  columns: { user_id: 'varchar', total: 'bigint' },
  sql: 'select user_id, cast(sum(amount) as bigint) as total, dt from event group by user_id, dt',
});

const around = model('gold.around', {
  inputs: { 'gold.user_day': '[-2..1]' },
  columns: { user_id: 'varchar', total: 'bigint', days_known: 'bigint' },
  sql: `select u.user_id, cast(sum(u.total) as bigint) as total, max(k.days_known) as days_known, t.dt
    from targets t
    join user_day u on cast(u.dt as date) between date_add('day', -2, cast(t.dt as date)) and date_add('day', 1, cast(t.dt as date))
    join (
      select t.dt, count(*) as days_known
      from targets t
      join input_days i on cast(i.dt as date) between date_add('day', -2, cast(t.dt as date)) and date_add('day', 1, cast(t.dt as date))
      group by t.dt
    ) k on k.dt = t.dt
    group by u.user_id, t.dt`,
});

const monthly = model('gold.monthly', {
  inputs: { 'gold.user_day': '[month]' },
  partitions: 'month',
  columns: { users: 'bigint', total: 'bigint' },
  sql: `select count(distinct user_id) as users, cast(sum(total) as bigint) as total, substr(dt, 1, 7) || '-01' as dt
    from user_day group by substr(dt, 1, 7)`,
});

const snapshot = model('gold.snapshot', {
  inputs: { 'gold.user_day': '[..0]' },
  keep: ['month-end', 'last'],
  columns: { user_id: 'varchar', total: 'bigint' },
  sql: `select u.user_id, cast(sum(u.total) as bigint) as total, t.dt
    from targets t join user_day u on u.dt <= t.dt group by u.user_id, t.dt`,
});

const snapshots = model('gold.snapshots', {
  inputs: { 'gold.snapshot': '[-9..0]', 'gold.monthly': '[-40..0]' },
  keep: ['last'],
  columns: { snapshots: 'bigint', months: 'bigint' },
  sql: `select (select count(distinct s.dt) from snapshot s where s.dt <= t.dt) as snapshots,
      (select count(*) from monthly m where m.dt <= t.dt) as months, t.dt
    from targets t`,
});

/** Every kind of window, day and partition, on one entity. */
export const MODELS: readonly Model[] = [events, daily, around, monthly, snapshot, snapshots];
