import type { Dialect, Step } from '../model/model.ts';
import type { Contract } from './contract.ts';
import { judgedSteps, problemColumns, soundSql } from './judged-steps.ts';
import { hasProtected, keptId, keptSql, pseudonymJoin } from './protection.ts';
import { QUARANTINE_COLUMNS } from './quarantine-columns.ts';
import { seenStep, withoutSeen } from './seen-sql.ts';

/** Columns of a record as received, which only the quarantine keeps. */
const AS_RECEIVED = QUARANTINE_COLUMNS.map(({ name }) => name).filter(
  (name) => !['id', 'source', 'reasons'].includes(name),
);

/**
 * From bronze to the rows of a silver table: received → extracted → typed → judged → checked (sound or with reasons) →
 * winners (one row per day and key, and none whose key was seen on the days before, if the contract asks for that). All
 * but `extracted` is one text for both engines.
 */
export function silverSteps(contract: Contract, dialect: Dialect): readonly Step[] {
  const { withinDays } = contract;
  const ofDay = [...judgedSteps(contract, dialect), checked(contract), doubled(contract), ranked(contract)];
  if (withinDays === undefined) return [...ofDay, onePerKey('winners', contract)];
  return [...ofDay, onePerKey('valid', contract), seenStep(contract, withinDays), withoutSeen(contract)];
}

/** From here on a protected field is its hash: its value goes nowhere but, as received, into the quarantine. */
function checked(contract: Contract): Step {
  const { fields } = contract;
  const columns = problemColumns(contract);
  const isProtected = hasProtected(fields);
  const kept = Object.entries(fields).map(([name, field]) => keptSql(name, field));
  return {
    name: 'checked',
    as: 'table',
    sql: `-- what only the quarantine needs is kept only for what goes there
select
  dt, ${isProtected ? `${keptId('sound_')},\n  source` : 'id, source'},
  ${kept.join(isProtected ? ',\n  ' : ', ')},
  case when not sound_ then coalesce(reason_, concat_ws(',', ${columns.join(', ')})) end as reasons,
  ${AS_RECEIVED.map((column) => `case when not sound_ then ${column} end as ${column}`).join(',\n  ')}
from (
  select
    j.*,
    ${soundSql(contract)} as sound_
  from judged j
) as records${pseudonymJoin(contract)}`,
  };
}

/** Keys that occur more than once: only their rows need ranking. */
function doubled({ key }: Contract): Step {
  const columns = ['dt', ...key].join(', ');
  return {
    name: 'doubled',
    as: 'table',
    sql: `select ${columns}
from checked
where reasons is null
group by ${columns}
having count(*) > 1`,
  };
}

/**
 * The rows of doubled keys, the one that counts first: of snapshots that of the newest export; then the least in the declared
 * order, then in the event id, then in every other published column. Rows equal in all of them are the same row, so the
 * choice cannot depend on arrival.
 */
function ranked({ fields, key, order, historyVersion: version }: Contract): Step {
  const published = publishedColumns(fields);
  const least = [...new Set([...order, ...published])].filter((name) => name !== version && !key.includes(name));
  const ranking = [...(version ? [`c.${version} desc nulls last`] : []), ...least.map((name) => `c.${name}`)];
  return {
    name: 'ranked',
    as: 'table',
    sql: `select
  ${['dt', ...published].map((name) => `c.${name}`).join(', ')},
  row_number() over (
    partition by ${['dt', ...key].map((name) => `c.${name}`).join(', ')}
    order by ${ranking.join(', ')}
  ) as place_
from checked c
join doubled d on ${sameKey(key)}
where c.reasons is null`,
  };
}

/** One sound row for each day and key. A left join, because DuckDB runs `not exists` three times as slow. */
function onePerKey(name: string, { fields, key }: Contract): Step {
  const columns = [...publishedColumns(fields), 'dt'];
  return {
    name,
    as: 'view',
    sql: `select ${columns.map((column) => `c.${column}`).join(', ')}
from checked c
left join doubled d on ${sameKey(key)}
where c.reasons is null and d.dt is null
union all
select ${columns.join(', ')}
from ranked
where place_ = 1`,
  };
}

function publishedColumns(fields: Contract['fields']): string[] {
  return ['id', 'source', ...Object.keys(fields)];
}

function sameKey(key: readonly string[]): string {
  return ['dt', ...key].map((name) => `d.${name} = c.${name}`).join(' and ');
}
