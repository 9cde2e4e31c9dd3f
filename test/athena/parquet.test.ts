import { beforeAll, describe, expect, inject, test } from 'vitest';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import { bronzeParquet } from '../../core/bronze/parquet.ts';
import type { Column, SqlType } from '../../core/model/column.ts';
import type { EngineSession, Value } from '../../core/ports/query-engine.ts';
import { PRELUDE } from '../contract/run-model.ts';
import { duckdbOn } from './aws-pipeline.ts';
import { Deployment } from './deployment.ts';

const endpoints = inject('athena');

const NULL = '(null)';
/** Of each type the values at its ends, and what is easily lost. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  varchar: [NULL, '', ' ', 'é漢😀', 'a\nb\tc', "it's", 'x'.repeat(5000), 'null', '\u001f'],
  bigint: [NULL, '0', '-1', '9223372036854775807', '-9223372036854775808', '9007199254740993'],
  double: [NULL, '0', '0.1', '-1.7976931348623157e308', '4.9e-324', '2.2250738585072014e-308', '123456789.123'],
  boolean: [NULL, 'true', 'false'],
  date: [NULL, '0001-01-01', '1582-10-04', '1582-10-15', '1970-01-01', '2024-02-29', '9999-12-31'],
  timestamp: [
    ...[NULL, '0001-01-01 00:00:00.001', '1582-10-04 23:59:59.999', '1969-12-31 23:59:59.999', '1970-01-01 00:00:00'],
    ...['2026-03-29 02:30:00.123', '2262-04-11 23:47:16.855', '2300-01-01 00:00:00.5', '9999-12-31 23:59:59.999'],
  ],
  'decimal(18,2)': [NULL, '0.00', '-0.01', '9999999999999999.99', '-9999999999999999.99'],
  'decimal(9,4)': [NULL, '0.0001', '-99999.9999'],
  'decimal(38,2)': [NULL, '999999999999999999999999999999999999.99', '-999999999999999999999999999999999999.99'],
  'decimal(38,10)': [NULL, '9999999999999999999999999999.9999999999', '0.0000000001'],
};
/** Enough rows for dictionaries, and for deltas of several blocks. */
const ROWS = 6000;

const COLUMNS: readonly Column[] = Object.keys(VALUES).map((type, i) => {
  return { name: `c${i}`, type: type as SqlType, meaning: '' };
});
const NAMES = COLUMNS.map(({ name }) => name);

/** Every value, again and again, each type with another period; and `nr`, and doubles and texts that never repeat. */
const SELECT = `select nr, cast(nr as double) / 7e0 as ratio, cast(nr * 7919 as varchar) as word,
  ${COLUMNS.map(({ name, type }) => `cast(nullif(${name}, '${NULL}') as ${type}) as ${name}`).join(',\n  ')},
  '2026-01-01' as dt
from (
  select nr, ${Object.values(VALUES).map((_, i) => `v${i}.text as c${i}`)}
  from (select a * 100 + b as nr from unnest(sequence(0, ${ROWS / 100 - 1})) as x (a) cross join unnest(sequence(0, 99)) as y (b)) as n
  ${Object.values(VALUES)
    .map(
      (values, i) => `join given v${i} on v${i}.type = '${i}' and cast(v${i}.place as bigint) = nr % ${values.length}`,
    )
    .join('\n  ')}
) as texts`;

async function begin(session: EngineSession): Promise<void> {
  const rows = Object.values(VALUES).flatMap((values, type) =>
    values.map((text, i) => [String(type), String(i), text]),
  );
  await session.define({ name: 'given', columns: ['type', 'place', 'text'], rows });
}

describe.skipIf(!endpoints)('Parquet, every type with its extremes', () => {
  let deployment: Deployment;
  let athena: EngineSession;
  let duckdb: EngineSession;
  beforeAll(async () => {
    deployment = await Deployment.create(endpoints!);
    athena = await deployment.engine.open('types');
    duckdb = await duckdbOn(deployment, PRELUDE).open('types');
    await begin(athena);
    await begin(duckdb);
  });

  test('that DuckDB or Athena publishes is read by both to the last bit', async () => {
    const columns: Column[] = [
      { name: 'nr', type: 'bigint', meaning: '' },
      { name: 'ratio', type: 'double', meaning: '' },
      { name: 'word', type: 'varchar', meaning: '' },
      ...COLUMNS,
    ];
    const seen = new Map<string, string[]>();
    for (const [writer, session] of Object.entries({ duckdb, athena })) {
      const [written] = await session.write(SELECT, `gold/types/run=${writer}/`);
      for (const [reader, other] of Object.entries({ duckdb, athena })) {
        await other.define({ name: `by_${writer}`, columns, partitionedBy: ['dt'], files: written!.files });
        const { rows } = await other.query(`select ${columns.map(({ name }) => name)} from by_${writer} order by nr`);
        seen.set(`written by ${writer}, read by ${reader}`, rows.map(line));
      }
    }
    const [known] = seen.values();
    expect(known).toHaveLength(ROWS);
    for (const [how, lines] of seen) expect(lines.filter((text, i) => text !== known![i]).slice(0, 3), how).toEqual([]);
    // And it is what was given.
    const read = await duckdb.query(`select ${NAMES} from by_duckdb order by nr limit 63`);
    for (const [nr, row] of read.rows.entries()) {
      const given = Object.values(VALUES).map((values) => values[nr % values.length]!);
      const types = Object.keys(VALUES);
      expect(row.map((value, i) => plain(value, types[i]!))).toEqual(given.map((text, i) => plain(text, types[i]!)));
    }
  });

  test('that the stream writer writes is read by both to the last bit', async () => {
    const texts = VALUES.varchar!.filter((text) => text !== NULL);
    const record = {
      entity: 'e',
      eventDate: '2026-01-01',
      id: null,
      source: null,
      type: null,
      time: null,
      reason: null,
    };
    const rows = Array.from({ length: ROWS }, (_, i) => ({
      record: { ...record, payload: texts[i % texts.length]!, id: i % 3 ? `id ${i}` : null, source: i % 5 ? 's' : '' },
      shardId: i % 2 ? 'shard' : null,
      sequenceNumber: String(i).padStart(56, '0'),
      subSequence: i % 7 ? Number.MAX_SAFE_INTEGER - i : null,
      fileHash: null,
      line: i % 11 ? i : null,
      ingestedAt: [0, -1, 253_402_300_799_999, Date.UTC(2026, 2, 29, 2, 30, 0, 123)][i % 4]!,
    }));
    const key = 'bronze/entity=e/ingest_date=2026-01-01/event_date=unknown/a.parquet';
    await deployment.store.put(key, bronzeParquet(rows));
    const partitionedBy = ['entity', 'ingest_date', 'event_date'];
    const found: string[][] = [];
    for (const session of [duckdb, athena]) {
      await session.define({ name: 'bronze_e', columns: BRONZE_COLUMNS, partitionedBy, files: [key] });
      const names = [...BRONZE_COLUMNS.map(({ name }) => name), ...partitionedBy];
      const { rows } = await session.query(`select ${names} from bronze_e order by sequence_number`);
      found.push(rows.map(line));
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[0]).toHaveLength(ROWS);
  });
});

function line(row: readonly Value[]): string {
  return JSON.stringify(row.map((value) => plain(value)));
}

/** Numbers and times in one form. */
function plain(value: Value, type = ''): Value {
  if (value === null || value === NULL) return null;
  if (type === 'double') return Number(value);
  const text = typeof value === 'bigint' ? String(value) : value;
  if (typeof text !== 'string') return type === 'boolean' ? String(text) : text;
  return text.replace(/^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})(\.\d*?)?0*$/, (_, time, rest = '') =>
    rest === '.' ? time : time + rest,
  );
}
