import type { Output } from '../model/model.ts';
import { quoted } from './field-sql.ts';

/** Relations whose `count(*)` or sum gives each term of the balance per `dt`. */
export interface Counted {
  /** select dt, received, quarantined … */
  readonly received: string;
  /** select dt, accepted … */
  readonly accepted: string;
  /** select dt, duplicates … */
  readonly duplicates: string;
}

/**
 * `ops.balance_<entity>`: one row for each target day, also for one without records, with where every received record went.
 * Each term is counted on its own, so that the audit (received = accepted + quarantined + duplicates) can fail.
 */
export function balanceOutput(entity: string, { received, accepted, duplicates }: Counted): Output {
  const count = (meaning: string) => ({ type: 'bigint', meaning }) as const;
  return {
    table: `ops.balance_${entity}`,
    meaning: `Where the records of ${entity} went that count for a day: accepted, quarantined or a duplicate.`,
    columns: [
      { name: 'entity', type: 'varchar', meaning: 'The entity.' },
      { name: 'received', ...count('Records received, each counted once however often the stream delivered it.') },
      { name: 'accepted', ...count('Records that are rows of the silver table.') },
      { name: 'quarantined', ...count('Records that are rows of the quarantine.') },
      {
        name: 'duplicates',
        ...count('Sound records whose key one that counts has, or one of as many days before as the contract says.'),
      },
      { name: 'redelivered', ...count('Copies that the stream delivered again; not among the received.') },
    ],
    sql: `with received_counts as (
  ${received.replaceAll('\n', '\n  ')}
),

accepted_counts as (
  ${accepted.replaceAll('\n', '\n  ')}
),

duplicate_counts as (
  ${duplicates.replaceAll('\n', '\n  ')}
),

redelivered_counts as (
  select dt, cast(sum(copies - 1) as bigint) as redelivered
  from repeated
  group by dt
)

select
  ${quoted(entity)} as entity,
  coalesce(r.received, 0) as received,
  coalesce(a.accepted, 0) as accepted,
  coalesce(r.quarantined, 0) as quarantined,
  coalesce(d.duplicates, 0) as duplicates,
  coalesce(s.redelivered, 0) as redelivered,
  t.dt
from targets t
left join received_counts r on r.dt = t.dt
left join accepted_counts a on a.dt = t.dt
left join duplicate_counts d on d.dt = t.dt
left join redelivered_counts s on s.dt = t.dt`,
    audits: [
      {
        name: 'balance_holds',
        sql: `select dt, entity, received, accepted, quarantined, duplicates
from ops_balance_${entity}
where received <> accepted + quarantined + duplicates`,
      },
    ],
  };
}

/** For `Model.accounts`: what the balance accounts for, to be held against what the writers of bronze counted. */
export function accountsSql(entity: string): string {
  return `select dt, received + redelivered as records\nfrom ops_balance_${entity}`;
}
