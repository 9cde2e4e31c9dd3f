/** Columns that silver adds to the fields of a contract, in its tables or in the quarantine. */
const OURS = new Set([
  'id',
  'source',
  'dt',
  'reasons',
  'payload',
  'enveloped',
  'ingested_at',
  'shard_id',
  'sequence_number',
  'sub_sequence',
  'file_hash',
  'line',
]);

/** Words that the grammar of Athena or of DuckDB refuses as a plain column name. */
const RESERVED = new Set(
  (
    'all alter analyse analyze and anti any array as asc asof asymmetric at authorization between binary both by ' +
    'case cast check collate collation column concurrently constraint create cross cube current_catalog ' +
    'current_date current_path current_role current_schema current_time current_timestamp current_user deallocate ' +
    'deferrable delete desc describe distinct do drop else end escape except execute exists extract false fetch ' +
    'for foreign freeze from full glob group grouping having ilike in initially inner insert intersect into is ' +
    'isnull join json_array json_exists json_object json_query json_table json_value lambda lateral leading left ' +
    'like limit listagg localtime localtimestamp natural normalize not notnull null offset on only or order outer ' +
    'overlaps pivot pivot_longer pivot_wider placing positional prepare primary qualify recursive references ' +
    'returning right rollup select semi show similar skip some summarize symmetric table tablesample then to ' +
    'trailing trim true uescape union unique unnest unpack unpivot using values variadic verbose when where ' +
    'window with'
  ).split(' '),
);

/** Why a field or entity cannot have this name; undefined if it can. */
export function nameProblem(name: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) return 'is not in snake_case: expected lower-case words joined by _';
  if (OURS.has(name)) return 'has the name of a column that every table has: expected another, such as <entity>_id';
  if (RESERVED.has(name)) return 'is a reserved word of SQL: expected another name';
  return undefined;
}
