import type { Column } from '../model/column.ts';
import type { Model, Output } from '../model/model.ts';
import type { Input } from '../model/window.ts';
import { accountsSql, balanceOutput } from './balance-output.ts';
import { codeDigest } from './code-digest.ts';
import type { Contract } from './contract.ts';
import { keysTable } from './keys-model.ts';
import { hasProtected, keptMeaning } from './protection.ts';
import { QUARANTINE_COLUMNS } from './quarantine-columns.ts';
import { notSeenAudit } from './seen-sql.ts';
import { silverSteps } from './silver-steps.ts';

/**
 * The model that turns the bronze records of an entity into its silver table, its quarantine and its balance: three
 * outputs of one build, published together. `prelude` is the text of `sql/prelude.sql`, which its rows depend on too.
 */
export function silverModel(contract: Contract, prelude: string): Model {
  const { entity } = contract;
  const silver = silverOutput(contract);
  const model: Omit<Model, 'codeDigest'> = {
    name: silver.table,
    inputs: inputsOf(contract),
    partitions: 'day',
    keep: ['all'],
    steps: (dialect) => silverSteps(contract, dialect),
    outputs: [silver, quarantineOutput(entity), balance(contract)],
    accounts: accountsSql(entity),
    readsPseudonymKey: hasProtected(contract.fields),
    file: `contracts/${entity}.ts`,
  };
  return { ...model, codeDigest: codeDigest(model, prelude) };
}

function inputsOf({ entity, withinDays }: Contract): readonly Input[] {
  const bronze: Input = { table: `bronze.${entity}`, window: { kind: 'days', from: 0, to: 0 } };
  if (withinDays === undefined) return [bronze];
  return [bronze, { table: keysTable(entity), window: { kind: 'days', from: -withinDays, to: -1 } }];
}

/** Columns of `silver.<entity>`, without `dt`. */
function silverColumns({ fields }: Contract): readonly Column[] {
  return [
    {
      name: 'id',
      type: 'varchar',
      meaning: `CloudEvents id; of a bare record, its own or ${hasProtected(fields) ? 'a keyed hash' : 'the MD5'} of its payload.`,
    },
    { name: 'source', type: 'varchar', meaning: 'CloudEvents source: who sent it; null for a bare record.' },
    ...Object.entries(fields).map(([name, field]) => ({ name, type: field.type, meaning: keptMeaning(field) })),
  ];
}

function silverOutput(contract: Contract): Output {
  const { entity, key, eventTime, meaning, withinDays } = contract;
  const columns = silverColumns(contract);
  return {
    table: `silver.${entity}`,
    meaning,
    columns,
    sql: `select ${columns.map(({ name }) => name).join(', ')}, dt\nfrom winners`,
    audits: [
      {
        name: 'unique_key',
        sql: `select dt, ${key.join(', ')}, count(*) as copies
from ${entity}
group by dt, ${key.join(', ')}
having count(*) > 1`,
      },
      {
        name: 'day_of_event_time',
        sql: `select dt, id, ${eventTime}
from ${entity}
where cast(${eventTime} as date) <> cast(dt as date)`,
      },
      ...(withinDays === undefined ? [] : [notSeenAudit(contract, withinDays)]),
    ],
  };
}

function quarantineOutput(entity: string): Output {
  return {
    table: `quarantine.${entity}`,
    meaning: `A record of ${entity} that breaks its contract, as received.`,
    columns: QUARANTINE_COLUMNS,
    sql: `select ${QUARANTINE_COLUMNS.map(({ name }) => name).join(', ')}, dt
from checked
where reasons is not null`,
    audits: [],
  };
}

function balance({ entity, withinDays }: Contract): Output {
  return balanceOutput(entity, {
    received: `select dt, count(*) as received, count(reasons) as quarantined
from checked
group by dt`,
    accepted: `select dt, count(*) as accepted
from winners
group by dt`,
    duplicates:
      withinDays === undefined
        ? `select dt, count(*) as duplicates
from ranked
where place > 1
group by dt`
        : `select dt, count(*) as duplicates
from (
  select dt
  from ranked
  where place > 1
  union all
  select dt
  from seen
) as spares
group by dt`,
  });
}
