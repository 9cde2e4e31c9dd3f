import type { Dialect, Step } from '../model/model.ts';
import type { Contract } from './contract.ts';
import { extractedStep } from './extract-sql.ts';
import { problemSql, typedSql } from './field-sql.ts';
import { QUARANTINE_COLUMNS } from './quarantine-columns.ts';
import { receivedSteps } from './received-sql.ts';

/** Columns of a record as received, which only the quarantine keeps. */
const AS_RECEIVED = QUARANTINE_COLUMNS.map(({ name }) => name).filter(
  (name) => !['id', 'source', 'reasons'].includes(name),
);

/**
 * From bronze to the rows of a silver table: received → extracted → typed → judged → checked (sound or with reasons) →
 * winners (one row per day and key). All but `extracted` is one text for both engines.
 */
export function silverSteps(contract: Contract, dialect: Dialect): readonly Step[] {
  return [
    ...receivedSteps(`bronze_${contract.entity}`),
    extractedStep(contract, dialect),
    typed(contract),
    judged(contract),
    checked(contract),
    doubled(contract),
    ranked(contract),
    winners(contract),
  ];
}

function typed({ fields }: Contract): Step {
  const columns = Object.entries(fields).map(([name, field]) => `${typedSql(name, field)} as ${name}`);
  return { name: 'typed', as: 'view', sql: `select\n  e.*,\n  ${columns.join(',\n  ')}\nfrom extracted e` };
}

/** One column per rule that a record can break: its reason, or null. */
function judged(contract: Contract): Step {
  const columns = problems(contract).map(([column, sql]) => `${sql} as ${column}`);
  return { name: 'judged', as: 'view', sql: `select\n  t.*,\n  ${columns.join(',\n  ')}\nfrom typed t` };
}

function problems({ fields, eventTime, earliest }: Contract): [column: string, sql: string][] {
  const found: [string, string][] = [
    ['id__problem', "case when id is null then 'id:missing' end"],
    ['source__problem', "case when source is null and enveloped then 'source:missing' end"],
  ];
  const timeRules = [
    [`${eventTime} < timestamp '${earliest} 00:00:00'`, 'too_early'],
    // Bronze and silver read a time alike; should they ever not, the record must not reach another day's partition.
    [`cast(${eventTime} as date) <> try_cast(dt as date)`, 'date_mismatch'],
  ] as const;
  for (const [name, field] of Object.entries(fields)) {
    const sql = problemSql(name, field, name === eventTime ? timeRules : []);
    if (sql) found.push([`${name}__problem`, sql]);
  }
  return found;
}

function checked(contract: Contract): Step {
  const columns = problems(contract).map(([column]) => column);
  return {
    name: 'checked',
    as: 'table',
    sql: `-- what only the quarantine needs is kept only for what goes there
select
  dt, id, source,
  ${Object.keys(contract.fields).join(', ')},
  case when not sound then concat_ws(',', ${columns.join(', ')}) end as reasons,
  ${AS_RECEIVED.map((column) => `case when not sound then ${column} end as ${column}`).join(',\n  ')}
from (
  select
    j.*,
    ${columns.map((column) => `${column} is null`).join(' and ')} as sound
  from judged j
) as records`,
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
 * The rows of doubled keys, the one that counts first: the least in the declared order, then in the event id, then in every
 * other published column. Rows equal in all of them are the same row, so the choice cannot depend on arrival.
 */
function ranked({ fields, key, order }: Contract): Step {
  const published = publishedColumns(fields);
  const ranking = [...new Set([...order, ...published])].filter((name) => !key.includes(name));
  return {
    name: 'ranked',
    as: 'table',
    sql: `select
  ${['dt', ...published].map((name) => `c.${name}`).join(', ')},
  row_number() over (
    partition by ${['dt', ...key].map((name) => `c.${name}`).join(', ')}
    order by ${ranking.map((name) => `c.${name}`).join(', ')}
  ) as place
from checked c
join doubled d on ${sameKey(key)}
where c.reasons is null`,
  };
}

/** The rows of the silver table. A left join, because DuckDB runs `not exists` three times as slow. */
function winners({ fields, key }: Contract): Step {
  const columns = [...publishedColumns(fields), 'dt'];
  return {
    name: 'winners',
    as: 'view',
    sql: `select ${columns.map((name) => `c.${name}`).join(', ')}
from checked c
left join doubled d on ${sameKey(key)}
where c.reasons is null and d.dt is null
union all
select ${columns.join(', ')}
from ranked
where place = 1`,
  };
}

function publishedColumns(fields: Contract['fields']): string[] {
  return ['id', 'source', ...Object.keys(fields)];
}

function sameKey(key: readonly string[]): string {
  return ['dt', ...key].map((name) => `d.${name} = c.${name}`).join(' and ');
}
