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

/** Words that Athena or DuckDB refuse as a plain column name. */
const RESERVED = new Set(
  (
    'all alter analyse analyze and any array as asc between by case cast check collate column constraint create cross cube ' +
    'current_date current_time current_timestamp current_user deallocate default deferrable delete desc describe distinct do ' +
    'drop else end escape except execute exists extract false fetch for foreign from full grant group grouping having in initially ' +
    'inner insert intersect into is join lambda lateral leading left like limit listagg localtime localtimestamp natural ' +
    'normalize not null offset on only or order outer pivot pivot_longer pivot_wider placing prepare primary qualify recursive ' +
    'references returning right rollup select show skip some summarize symmetric table then to trailing true trim uescape ' +
    'union unique unnest unpivot using values variadic when where window with'
  ).split(' '),
);

/** Why a field or entity cannot have this name; undefined if it can. */
export function nameProblem(name: string): string | undefined {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) return 'is not in snake_case: expected lower-case words joined by _';
  if (OURS.has(name)) return 'has the name of a column that every table has: expected another, such as <entity>_id';
  if (RESERVED.has(name)) return 'is a reserved word of SQL: expected another name';
  return undefined;
}
