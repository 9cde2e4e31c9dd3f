import type { Dialect, Step } from '../model/model.ts';
import type { Contract } from './contract.ts';
import type { Field } from './field.ts';
import { textColumn } from './field-sql.ts';

const ENVELOPE = `dt,
  case
    when nullif(id, '') is not null then id
    when type is null then lower(to_hex(md5(to_utf8(payload))))
  end as id,
  nullif(source, '') as source,
  type is not null as enveloped,
  payload, reason as reason_, ingested_at, shard_id, sequence_number, sub_sequence, file_hash, line`;

/**
 * `extracted`: every received record with the text of each field, null where it is absent, null, empty or not a scalar. The
 * only step whose text differs per engine. A bare record has its fields at the top of the payload, an enveloped one below
 * `data`; a bare one without an id is known by the hash of its payload, so that the id does not depend on its arrival.
 */
export function extractedStep(contract: Contract, dialect: Dialect): Step {
  const sql = dialect === 'duckdb' ? duckdb(contract) : trino(contract);
  return { name: 'extracted', as: 'view', sql };
}

function trino({ fields }: Contract): string {
  const columns = Object.keys(fields).map(
    (name) =>
      `nullif(case when type is null then json_extract_scalar(json, '$.${name}') else json_extract_scalar(json, '$.data.${name}') end, '') as ${textColumn(name)}`,
  );
  return `-- Half a surrogate pair is no text: DuckDB refuses JSON that has one, Athena would read a question mark.
select\n  ${[ENVELOPE, ...columns].join(',\n  ')}
from (
  select
    r.*,
    case when ${HALF_A_PAIR} then null else payload end as json
  from received r
) as records`;
}

/** Without escaped backslashes and whole pairs, an escape of a surrogate is left over. */
const HALF_A_PAIR = `(strpos(payload, '\\ud') > 0 or strpos(payload, '\\uD') > 0) and regexp_like(
      regexp_replace(regexp_replace(payload, '\\\\\\\\', ''), '\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}', ''),
      '\\\\u[dD][89a-fA-F]'
    )`;

function duckdb({ fields }: Contract): string {
  const shape = `{${Object.keys(fields)
    .map((name) => `"${name}": "VARCHAR"`)
    .join(', ')}}`;
  const columns = Object.entries(fields).map(([name, field]) => `${duckdbText(name, field)} as ${textColumn(name)}`);
  return `-- One parse for each record. try: JSON that DuckDB refuses though the writers of bronze took it has no fields.
select
  dt, id, source, enveloped, payload, reason_, ingested_at, shard_id, sequence_number, sub_sequence, file_hash, line,
  ${columns.join(',\n  ')}
from (
  select
    ${ENVELOPE.replaceAll('\n', '\n  ')},
    case when type is null then '$.' else '$.data.' end as path,
    try(case
      when type is null then json_transform(payload, '${shape}')
      else json_transform(payload, '{"data": ${shape}}').data
    end) as parsed
  from received
) as records`;
}

/** The macros of the prelude make DuckDB's texts those of Athena. */
function duckdbText(name: string, field: Field): string {
  const value = `parsed.${name}, payload, path || '${name}'`;
  switch (field.kind) {
    case 'text':
    case 'one-of':
    case 'boolean':
      return `field_text(${value}, '${name}')`;
    case 'integer':
    case 'decimal':
      return `field_number(${value}, '${name}')`;
    default:
      return `field_scalar(${value})`;
  }
}
