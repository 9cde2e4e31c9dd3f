import type { Model, Output } from '../model/model.ts';
import type { Input } from '../model/window.ts';
import { accountsSql, balanceOutput } from './balance-output.ts';
import { clusteredSql } from './clustered-sql.ts';
import { codeDigest } from './code-digest.ts';
import type { Contract } from './contract.ts';
import { keysTable } from './keys-model.ts';
import { formSql, mappingSql } from './mapping.ts';
import { hasProtected } from './protection.ts';
import { QUARANTINE_COLUMNS } from './quarantine-columns.ts';
import { quarantineColumns, refusedKeySql } from './refused-key.ts';
import { notSeenAudit } from './seen-sql.ts';
import { silverColumns } from './silver-columns.ts';
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
    outputs: [silver, quarantineOutput(contract), balance(contract)],
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

function silverOutput(contract: Contract): Output {
  const { entity, key, eventTime, meaning, withinDays } = contract;
  const columns = silverColumns(contract);
  return {
    table: `silver.${entity}`,
    meaning,
    columns,
    sql: silverSelect(contract),
    audits: [
      {
        name: 'unique_key',
        sql: `select dt, ${key.join(', ')}, count(*) as copies
from ${entity}
group by dt, ${key.join(', ')}
having count(*) > 1`,
      },
      ...(eventTime === undefined
        ? []
        : [
            {
              name: 'day_of_event_time',
              sql: `select dt, id, ${eventTime}
from ${entity}
where cast(${eventTime} as date) <> cast(dt as date)`,
            },
          ]),
      ...(withinDays === undefined ? [] : [notSeenAudit(contract, withinDays)]),
    ],
  };
}

/** The rows that count, in the order of the cluster. */
function silverSelect(contract: Contract): string {
  const { fields, derived, key } = contract;
  const kept = ['id', 'source', ...Object.keys(fields)];
  const made = Object.entries(derived).map(([name, column]) => mappingSql(name, column, fields));
  const forms = [...new Set(Object.values(derived).flatMap((column) => formSql(column, fields) ?? []))];
  const winners = forms.length === 0 ? 'winners' : `(select *, ${forms.join(', ')} from winners) as formed`;
  const isPlain = made.length === 0 && contract.cluster.length === 0;
  const rows = isPlain
    ? `select ${kept.join(', ')}, dt\nfrom winners`
    : `select\n  ${[kept.join(', '), ...made, 'dt'].join(',\n  ')}\nfrom ${winners}`;
  return clusteredSql(contract, key, [...kept, ...Object.keys(derived)], rows);
}

function quarantineOutput(contract: Contract): Output {
  const { entity } = contract;
  const columns = [...QUARANTINE_COLUMNS.map(({ name }) => name), ...refusedKeySql(contract), 'dt'];
  return {
    table: `quarantine.${entity}`,
    meaning: `A record of ${entity} that breaks its contract, as received.`,
    columns: quarantineColumns(contract),
    sql: `select ${columns.join(', ')}
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
where place_ > 1
group by dt`
        : `select dt, count(*) as duplicates
from (
  select dt
  from ranked
  where place_ > 1
  union all
  select dt
  from seen
) as spares
group by dt`,
  });
}
