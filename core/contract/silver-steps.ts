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
    // Bronze and silver read a time alike, but for years beyond 9999; whatever else may slip through must not reach another day.
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
    sql: `select ${columns}, count(*) as copies
from checked
where reasons is null
group by ${columns}
having count(*) > 1`,
  };
}

/**
 * One row of each day and key: the least in the declared order, then in the event id, then in every other published
 * column. Rows equal in all of them are the same row, so the choice cannot depend on arrival.
 */
function winners({ fields, key, order }: Contract): Step {
  const published = ['id', 'source', ...Object.keys(fields)];
  const ranked = [...new Set([...order, ...published])].filter((name) => !key.includes(name));
  const same = ['dt', ...key].map((name) => `d.${name} = c.${name}`).join(' and ');
  return {
    name: 'winners',
    as: 'view',
    sql: `select ${published.join(', ')}, dt
from checked c
where reasons is null
  and not exists (select 1 from doubled d where ${same})
union all
select ${published.join(', ')}, dt
from (
  select
    c.*,
    row_number() over (
      partition by ${['dt', ...key].map((name) => `c.${name}`).join(', ')}
      order by ${ranked.map((name) => `c.${name}`).join(', ')}
    ) as place
  from checked c
  join doubled d on ${same}
  where c.reasons is null
) as ranked
where place = 1`,
  };
}
