import { notNullAudit, uniqueAudit } from '../model/audits.ts';
import { type Model, relationName } from '../model/model.ts';
import { codeDigest } from './code-digest.ts';
import type { Contract } from './contract.ts';
import { canDelete, historyKey, VALID_FROM } from './history.ts';
import { silverColumns } from './silver-columns.ts';

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
  const columns = silverColumns(contract);
  const selected = columns.map(({ name }) => `v.${name}`).join(', ');
  const model: Omit<Model, 'codeDigest'> = {
    name: table,
    inputs: [{ table: `silver.${entity}`, window: { kind: 'days', from: Number.NEGATIVE_INFINITY, to: 0 } }],
    partitions: 'day',
    keep: contract.historyDays ?? ['all'],
    steps: () => [],
    outputs: [
      {
        table,
        meaning: `${contract.meaning} As it was at the end of the day.`,
        columns: [
          ...columns,
          { name: VALID_FROM, type: 'date', meaning: 'The day since which it is so: that of the version.' },
        ],
        sql: contract.history === 'snapshot' ? ofSnapshots(entity, selected) : ofChanges(contract, selected),
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

/** The rows of the newest day up to the target that has any. */
function ofSnapshots(entity: string, selected: string): string {
  return `with snapshots as (
  select t.dt, max(d.dt) as snapshot
  from targets t
  join (select distinct dt from ${entity}) d on d.dt <= t.dt
  group by t.dt
)

select ${selected}, cast(v.dt as date) as ${VALID_FROM}, s.dt
from snapshots s
join ${entity} v on v.dt = s.snapshot`;
}

/** The version of each key whose days hold the target. Of several on a day the last counts, else the declared order. */
function ofChanges(contract: Contract, selected: string): string {
  const { entity, eventTime, order } = contract;
  const key = historyKey(contract);
  const keys = key.map((name) => `c.${name}`).join(', ');
  const rest = [...order, ...silverColumns(contract).map(({ name }) => name)];
  const ties = [...new Set(rest)].filter((name) => name !== eventTime && !key.includes(name));
  const deleted = canDelete(contract) ? '\nwhere not coalesce(v.deleted, false)' : '';
  return `with ranked as (
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
)

select ${selected}, cast(v.dt as date) as ${VALID_FROM}, t.dt
from targets t
join versions v on v.dt <= t.dt and v.replaced_ > t.dt${deleted}`;
}
