import { notNullAudit, uniqueAudit } from '../model/audits.ts';
import { type Model, relationName, type Step } from '../model/model.ts';
import { clusteredSql } from './clustered-sql.ts';
import { codeDigest } from './code-digest.ts';
import type { Contract } from './contract.ts';
import { canDelete, historyKey, VALID_FROM } from './history.ts';
import { refusedKey } from './refused-key.ts';
import { silverColumns } from './silver-columns.ts';

/** The rows of the table, and the relations that they are selected from. */
interface Select {
  readonly steps: readonly Step[];
  readonly ctes: string;
  readonly rows: string;
}

/** The table of a dimension as it was at the end of each day. */
function asofTable(entity: string): string {
  return `silver.${entity}_asof`;
}

/**
 * The model of `silver.<entity>_asof`: one row for each key that there was on a day, in its version of that day. Facts read
 * the day they are of, so that a correction of the past reopens only the days whose rows it changed. It reads all history
 * once for all target days: for each version since when and until when it held is told by the next one.
 */
export function asofModel(contract: Contract, prelude: string): Model {
  const { entity } = contract;
  const table = asofTable(entity);
  const isSnapshot = contract.history === 'snapshot';
  const read = [`silver.${entity}`, ...(isSnapshot ? [`quarantine.${entity}`] : [])];
  const versioned = silverColumns(contract);
  const since = {
    name: VALID_FROM,
    type: 'date',
    meaning: 'The day since which it is so: that of the version.',
  } as const;
  const columns = [...versioned, since];
  const names = columns.map(({ name }) => name);
  const selected = versioned.map(({ name }) => `v.${name}`).join(', ');
  const { steps, ctes, rows } = isSnapshot ? ofSnapshots(contract, selected) : ofChanges(contract, selected);
  const model: Omit<Model, 'codeDigest'> = {
    name: table,
    inputs: read.map((input) => ({ table: input, window: { kind: 'days', from: Number.NEGATIVE_INFINITY, to: 0 } })),
    partitions: 'day',
    keep: contract.historyDays ?? ['all'],
    steps: () => steps,
    outputs: [
      {
        table,
        meaning: `${contract.meaning} As it was at the end of the day.`,
        columns,
        sql: `${ctes}\n\n${clusteredSql(contract, historyKey(contract), names, rows)}`,
        audits: [
          uniqueAudit(relationName(table), historyKey(contract)),
          notNullAudit(relationName(table), [...historyKey(contract), VALID_FROM]),
        ],
      },
    ],
    file: `contracts/${entity}.ts`,
  };
  return { ...model, codeDigest: codeDigest(model, prelude) };
}

/**
 * The rows of the newest snapshot up to the target, and of the keys that it lacks the newest version before, unless a snapshot
 * since then tells that the key is gone: one that is sound, which is one whose refused records all show their keys, and
 * refused no record of this key. Sound days are numbered: `sound_` is that of the latest up to a day, `since_` its day (before
 * the first: the first of all). So a row holds until the next sound day (`carried_rows`; looked for only where a day is
 * asked for that is not sound), or through the sound days, one after the other, that refused its key (`refused_rows`).
 */
function ofSnapshots(contract: Contract, selected: string): Select {
  const { entity, historyVersion } = contract;
  const key = historyKey(contract);
  const keys = key.map((name) => `v.${name}`);
  const refused = key.map((name) => `q.${refusedKey(name)}`);
  const sameKey = (k: string) => key.map((name) => `${k}.${refusedKey(name)} = v.${name}`).join(' and ');
  const newest = historyVersion ? `, max(${historyVersion}) as newest_` : '';
  const ofNewest = (day: string) =>
    historyVersion ? ` and (${day}.newest_ is null or v.${historyVersion} = ${day}.newest_)` : '';
  return {
    // A table, because DuckDB joins by how many rows it sees, and would expect as many days as rows.
    steps: [
      {
        name: 'snapshot_days',
        as: 'table',
        sql: `select
  d.*,
  lead(d.dt) over (order by d.dt) as next_,
  q.dt is null as is_sound_,
  count(case when q.dt is null then 1 end) over (order by d.dt) as sound_,
  coalesce(max(case when q.dt is null then d.dt end) over (order by d.dt), min(d.dt) over ()) as since_
from (select dt${newest} from ${entity} group by dt) d
left join (
  select distinct q.dt
  from quarantine_${entity} q
  where ${refused.map((name) => `${name} is null`).join(' or ')}
) q on q.dt = d.dt`,
      },
      {
        name: 'refused_keys',
        as: 'table',
        sql: `-- of each key the sound days, one after the other, that refused it
select ${refused.join(', ')}, min(q.sound_) as first_, max(q.sound_) as last_
from (
  select
    q.*,
    q.sound_ - row_number() over (partition by ${refused.join(', ')} order by q.sound_) as run_
  from (
    select distinct ${refused.join(', ')}, d.sound_
    from quarantine_${entity} q
    join snapshot_days d on d.dt = q.dt and d.is_sound_
  ) q
) q
group by ${refused.join(', ')}, q.run_`,
      },
    ],
    ctes: `with asked_days as (
  select t.dt, d.dt as day_, d.since_, d.sound_${historyVersion ? ', d.newest_' : ''}
  from (
    select t.dt, max(d.dt) as day_
    from targets t
    join snapshot_days d on d.dt <= t.dt
    group by t.dt
  ) t
  join snapshot_days d on d.dt = t.day_
),

carried_days as (
  select d.*
  from snapshot_days d
  join (select since_, max(day_) as last_ from asked_days where day_ > since_ group by since_) a
    on a.since_ = d.since_ and d.dt <= a.last_
),

carried_rows as (
  select *
  from (
    select
      v.*,
      d.since_, d.next_,
      lead(v.dt) over (partition by d.since_, ${keys.join(', ')} order by v.dt) as again_
    from ${entity} v
    join carried_days d on d.dt = v.dt${ofNewest('d')}
  ) as told
  where coalesce(again_ > next_, true)
),

refused_rows as (
  select v.*, k.last_
  from (
    select
      v.*,
      d.sound_,
      lead(v.dt) over (partition by ${keys.join(', ')} order by v.dt) as again_
    from ${entity} v
    join snapshot_days d on d.dt = v.dt${ofNewest('d')}
    join (select distinct ${refused.join(', ')} from refused_keys q) k on ${sameKey('k')}
  ) v
  join refused_keys k on ${sameKey('k')} and v.sound_ + 1 between k.first_ and k.last_
)`,
    rows: `select ${selected}, cast(v.dt as date) as ${VALID_FROM}, a.dt
from asked_days a
join ${entity} v on v.dt = a.day_${ofNewest('a')}
union all
select ${selected}, cast(v.dt as date) as ${VALID_FROM}, a.dt
from asked_days a
join carried_rows v on v.since_ = a.since_ and v.dt < a.day_ and coalesce(v.again_ > a.day_, true)
union all
select ${selected}, cast(v.dt as date) as ${VALID_FROM}, a.dt
from asked_days a
join refused_rows v on a.sound_ between v.sound_ + 1 and v.last_ and coalesce(v.again_ > a.day_, true)`,
  };
}

/** The version of each key whose days hold the target. Of several on a day the last counts, else the declared order. */
function ofChanges(contract: Contract, selected: string): Select {
  const { entity, eventTime, order } = contract;
  const key = historyKey(contract);
  const keys = key.map((name) => `c.${name}`).join(', ');
  const rest = [...order, ...silverColumns(contract).map(({ name }) => name)];
  const ties = [...new Set(rest)].filter((name) => name !== eventTime && !key.includes(name));
  const deleted = canDelete(contract) ? '\nwhere not coalesce(v.deleted, false)' : '';
  return {
    steps: [],
    ctes: `with ranked as (
  select
    c.*,
    row_number() over (
      partition by ${keys}, c.dt
      order by ${[`c.${eventTime} desc`, ...ties.map((name) => `c.${name}`)].join(', ')}
    ) as place_
  from ${entity} c
),

versions as (
  select
    c.*,
    coalesce(lead(c.dt) over (partition by ${keys} order by c.dt), '9999-12-32') as replaced_
  from ranked c
  where c.place_ = 1
)`,
    rows: `select ${selected}, cast(v.dt as date) as ${VALID_FROM}, t.dt
from targets t
join versions v on v.dt <= t.dt and v.replaced_ > t.dt${deleted}`,
  };
}
