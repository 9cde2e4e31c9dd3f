import { type Acceptance, refusals } from '../bronze/acceptance.ts';
import type { Day } from '../dates.ts';
import type { Dialect, Step } from '../model/model.ts';
import type { Contract } from './contract.ts';
import { extractedStep } from './extract-sql.ts';
import { problemSql, typedSql } from './field-sql.ts';
import { receivedSteps } from './received-sql.ts';

/** From bronze to records with typed fields and, a column for each rule that they can break, the reasons against them. */
export function judgedSteps(contract: Contract, dialect: Dialect): readonly Step[] {
  return [
    ...receivedSteps(`bronze_${contract.entity}`),
    extractedStep(contract, dialect),
    typed(contract),
    judged(contract),
  ];
}

/** The columns of `judged` that hold a reason or null, in the order of the fields. */
export function problemColumns(contract: Contract): readonly string[] {
  return problems(contract).map(([column]) => column);
}

/** Whether a record of `judged` could be read (`reason_`: why not) and breaks no rule. */
export function soundSql(contract: Contract): string {
  return ['reason_', ...problemColumns(contract)].map((column) => `${column} is null`).join(' and ');
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

function problems({ fields, eventTime, earliest, accept }: Contract): [column: string, sql: string][] {
  const found: [string, string][] = [
    ['id__problem', "case when id is null then 'id:missing' end"],
    ['source__problem', "case when source is null and enveloped then 'source:missing' end"],
  ];
  for (const [name, field] of Object.entries(fields)) {
    const sql = problemSql(name, field, name === eventTime ? timeRules(name, earliest, accept) : []);
    if (sql) found.push([`${name}__problem`, sql]);
  }
  return found;
}

function timeRules(
  eventTime: string,
  earliest: Day,
  accept: Acceptance | undefined,
): (readonly [condition: string, code: string])[] {
  return [
    [`${eventTime} < timestamp '${earliest} 00:00:00'`, 'too_early'],
    ...refusals(eventTime, accept),
    // Bronze and silver read a time alike; should they ever not, the record must not reach another day's partition.
    [`cast(${eventTime} as date) <> try_cast(dt as date)`, 'date_mismatch'],
  ];
}
