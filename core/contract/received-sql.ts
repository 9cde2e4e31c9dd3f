import type { Step } from '../model/model.ts';

/** The day that a bronze record counts for: its event date, or its arrival where it has no usable event time. */
const ENTITY_DAY = `case when event_date = 'unknown' then ingest_date else event_date end`;

/**
 * `received`: the records of bronze without those that the stream delivered again (the same shard, sequence number and
 * sub-sequence), and `repeated`: what was delivered more than once, with the number of copies. Only stream records can
 * repeat: an ingested file is known by its content. Records from files pass an empty join, which costs nothing
 * (a left join: DuckDB runs `not exists` three times as slow).
 */
export function receivedSteps(bronze: string, day = ENTITY_DAY): readonly Step[] {
  const identity = ['dt', 'shard_id', 'sequence_number', 'sub_sequence_'];
  const same = identity.map((column) => `r.${column} = b.${column}`).join(' and ');
  const columns =
    'dt, id, source, type, payload, reason, ingested_at, shard_id, sequence_number, sub_sequence, file_hash, line';
  const prefixed = columns
    .split(', ')
    .map((column) => `b.${column}`)
    .join(', ');
  return [
    {
      name: 'arrived',
      as: 'view',
      sql: `-- a record that is not KPL-aggregated is its own first part
select
  ${day} as dt,
  id, source, type, payload, reason, ingested_at, shard_id, sequence_number, sub_sequence, file_hash, line,
  coalesce(sub_sequence, 0) as sub_sequence_
from ${bronze}`,
    },
    {
      name: 'repeated',
      as: 'table',
      sql: `select ${identity.join(', ')}, count(*) as copies
from arrived
where shard_id is not null
group by ${identity.join(', ')}
having count(*) > 1`,
    },
    {
      name: 'received',
      as: 'view',
      sql: `select ${prefixed}
from arrived b
left join repeated r on ${same}
where r.dt is null
union all
select ${columns}
from (
  select
    b.*,
    row_number() over (
      partition by ${identity.map((column) => `b.${column}`).join(', ')}
      order by b.payload, b.id, b.ingested_at
    ) as copy
  from arrived b
  join repeated r on ${same}
) as copies
where copy = 1`,
    },
  ];
}
