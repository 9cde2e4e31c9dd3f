import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { INGEST_DATE, query, type Row, TemporaryWarehouse } from './temporary-warehouse.ts';

let warehouse: TemporaryWarehouse;
beforeEach(() => {
  warehouse = new TemporaryWarehouse();
});
afterEach(() => warehouse.remove());

const GOOD =
  '{"specversion":"1.0","id":"e1","source":"s","type":"orders","data":{"order_id":"o1","at":"2026-01-05T00:00:00Z"}}';

/** Loads one file that must be taken; its rows in order. */
async function rowsOf(name: string, content: string | Uint8Array, entity: string | null = null): Promise<Row[]> {
  const { objects, files, failures } = await warehouse.load(warehouse.file(name, content, entity));
  expect(failures).toEqual([]);
  const rows = await warehouse.rows(objects.map(({ key }) => key));
  expect(files[0]!.records).toBe(rows.length);
  expect(objects.reduce((sum, object) => sum + object.rows, 0)).toBe(rows.length);
  expect(objects.every(({ ingestDate }) => ingestDate === INGEST_DATE)).toBe(true);
  expect(existsSync(join(warehouse.path, 'bronze', '_loading'))).toBe(false);
  return rows;
}

async function failureOf(name: string, content: string | Uint8Array, entity: string | null = null): Promise<string> {
  const { objects, files, failures } = await warehouse.load(warehouse.file(name, content, entity));
  expect({ objects, files }).toEqual({ objects: [], files: [] });
  return failures[0]!.error.message;
}

const brief = (rows: Row[]) =>
  rows.map(({ line, entity, reason, payload }) => [Number(line), reason ?? entity, payload]);

test.each(['a.jsonl', 'a.ndjson.gz'])('line numbers count blank lines, whatever the line ends: %s', async (name) => {
  for (const lineEnd of ['\n', '\r\n']) {
    const text = ['\ufeff{"a":1}', '', '  ', GOOD, '{"type":"x"}', '', GOOD].join(lineEnd);
    for (const content of [text, text + lineEnd, text.replace(lineEnd, '\n'), text + lineEnd + lineEnd]) {
      const rows = await rowsOf(name, name.endsWith('.gz') ? gzipSync(content) : content);
      expect(brief(rows)).toEqual([
        [1, 'missing_type', '{"a":1}'],
        [4, 'orders', GOOD],
        [5, 'unknown_type', '{"type":"x"}'],
        [7, 'orders', GOOD],
      ]);
    }
  }
});

test('lines are numbered in the order of the file, also in a large one read in several pieces', async () => {
  const pad = 'x'.repeat(4000);
  const line = (n: number) =>
    `{"type":"orders","id":"${n}","data":{"at":"2026-01-0${(n % 9) + 1}T00:00:00Z"},"pad":"${pad}"}`;
  const content = Array.from({ length: 20_000 }, (_, at) => (at % 1000 === 7 ? '' : line(at + 1))).join('\n');
  const files = [1, 2].map((n) => warehouse.file(`${n}.jsonl`, content.replace('"1"', `"1"${' '.repeat(n)}`)));
  const { objects } = await warehouse.load(...files);
  expect(objects.every(({ key }) => key.includes('_'))).toBe(true);
  const paths = objects.map(({ key }) => `'${join(warehouse.path, key)}'`);
  expect(
    await query(`select count(*) as rows, count(distinct (file_hash, line)) as lines, bool_and(line = id::bigint) as sound
      from read_parquet([${paths}])`),
  ).toEqual([{ rows: 39_960n, lines: 39_960n, sound: true }]);
}, 20_000);

test('garbage, truncated records, control characters and wrong encodings are kept', async () => {
  const utf16 = Buffer.from(GOOD, 'utf16le');
  const lines = ['%PDF-1.4 \x00\x01\x02', GOOD.slice(0, 40), `${GOOD}\x01`, `a\rb`, '[]', '\ufeff{}', GOOD].map(
    (line) => Buffer.from(line),
  );
  const content = Buffer.concat([...lines, utf16].flatMap((line) => [line, Buffer.from('\n')]));
  const rows = await rowsOf('a.jsonl', content);
  expect(rows.map(({ reason }) => reason)).toEqual([
    ...Array(4).fill('not_json'),
    'not_an_object',
    'not_json',
    null,
    'not_json',
  ]);
  expect(rows.map(({ payload }) => payload)).toEqual([...lines, utf16].map((line) => line.toString()));
  const latin1 = Buffer.from('{"type":"orders","id":"caf\xe9"}', 'latin1');
  expect(brief(await rowsOf('b.jsonl', latin1))).toEqual([[1, 'not_utf8', latin1.toString('base64')]]);
});

test('a far event date is kept as it is, an unusable one as unknown', async () => {
  const at = (time: string) => `{"type":"orders","data":{"at":"${time}"}}`;
  const rows = await rowsOf(
    'a.jsonl',
    [at('9999-12-31T00:00:00Z'), at('10000-01-01T00:00:00Z'), '{"type":"orders"}'].join('\n'),
  );
  expect(rows.map(({ event_date }) => event_date)).toEqual(['9999-12-31', 'unknown', 'unknown']);
});

test('an empty file holds no records', async () => {
  for (const content of ['', '\n\n', '\ufeff']) {
    expect(await rowsOf('a.jsonl', content)).toEqual([]);
    expect(await rowsOf('a.jsonl.gz', gzipSync(content))).toEqual([]);
  }
  expect(await rowsOf('a.csv', '', 'orders')).toEqual([]);
  expect(await rowsOf('a.csv', 'at,order_id\r\n', 'orders')).toEqual([]);
});

test('a line of 10 MB is a record like another', async () => {
  const long = `{"type":"orders","id":"long","data":{"at":"2026-01-05T00:00:00Z","note":"${'é'.repeat(5 << 20)}"}}`;
  const rows = await rowsOf('a.jsonl', `${GOOD}\n${long}\n${GOOD}`);
  expect(rows.map(({ id }) => id)).toEqual(['e1', 'long', 'e1']);
  expect(rows[1]!.payload).toBe(long);
});

test('a damaged gzip file is rejected with what to do, and the others of its group are taken', async () => {
  const zipped = gzipSync(Array.from({ length: 5000 }, (_, at) => GOOD.replace('e1', `e${at * 7919}`)).join('\n'));
  expect(await failureOf('cut.jsonl.gz', zipped.subarray(0, zipped.length / 2))).toMatch(
    /cut\.jsonl\.gz: the gzip data ends too early.*get the file again/,
  );
  const spoilt = Buffer.from(zipped);
  spoilt.fill(0x55, spoilt.length / 2, spoilt.length / 2 + 64);
  expect(await failureOf('spoilt.jsonl.gz', spoilt)).toMatch(/spoilt\.jsonl\.gz: the gzip data is damaged/);
  expect(await failureOf('no.csv.gz', 'order_id,at\n', 'orders')).toMatch(/no\.csv\.gz: the gzip data is damaged/);

  const bad = warehouse.file('bad.jsonl.gz', zipped.subarray(0, -9));
  const { files, failures, objects } = await warehouse.load(
    warehouse.file('a.jsonl', GOOD),
    bad,
    warehouse.file('b.jsonl', `\n${GOOD}`),
  );
  expect(files.map(({ file, records }) => [file.path.at(-7), records])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  expect(failures.map(({ file }) => file)).toEqual([bad]);
  const kept = readdirSync(join(warehouse.path, 'bronze'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.parquet'),
  );
  expect(kept.length).toBe(objects.length);
});

test('gzip of several members is read to the end', async () => {
  expect((await rowsOf('a.jsonl.gz', Buffer.concat([gzipSync(`${GOOD}\n`), gzipSync(GOOD)]))).length).toBe(2);
});

test('a file that is not there is a failure, not a crash', async () => {
  const file = { ...warehouse.file('a.jsonl', GOOD), path: join(warehouse.path, 'absent.jsonl') };
  expect((await warehouse.load(file)).failures[0]!.error.message).toMatch(/absent\.jsonl: there is no such file/);
});

test('CSV: CRLF, quotes, another order of columns, unknown columns, absent values', async () => {
  const content =
    '\ufeffnote,at,order_id\r\n"say ""hi"", now","2026-01-05 10:00:00",7\r\n,2026-01-06T00:00:00+01:00,""\r\n\r\n"two\r\nlines",soon,9';
  const rows = await rowsOf('a.csv', content, 'orders');
  expect(rows.map(({ line, event_date, payload }) => [line, event_date, JSON.parse(payload as string)])).toEqual([
    [1n, '2026-01-05', { note: 'say "hi", now', at: '2026-01-05 10:00:00', order_id: '7' }],
    [2n, '2026-01-05', { at: '2026-01-06T00:00:00+01:00', order_id: '' }],
    [3n, 'unknown', { note: 'two\r\nlines', at: 'soon', order_id: '9' }],
  ]);
});

test('CSV: records of another length, misplaced quotes and bytes that are not UTF-8 are kept', async () => {
  const good = 'o1,2026-01-05T00:00:00Z';
  const bad = ['1', '1,2,3', '"open,1', '5" pipe,2', 'caf\xe9,2026-01-05T00:00:00Z'];
  const rows = await rowsOf(
    'a.csv.gz',
    gzipSync(Buffer.from(['order_id,at', good, ...bad, good].join('\n'), 'latin1')),
    'orders',
  );
  expect(brief(rows).map(([, outcome, payload]) => [outcome, payload])).toEqual([
    ['orders', '{"order_id":"o1","at":"2026-01-05T00:00:00Z"}'],
    ...bad.slice(0, 4).map((text) => ['bad_csv', text]),
    ['not_utf8', btoa(bad[4]!)],
    ['orders', '{"order_id":"o1","at":"2026-01-05T00:00:00Z"}'],
  ]);
  expect(new Set(rows.map(({ entity }) => entity))).toEqual(new Set(['orders']));
  expect(rows.map(({ event_date }) => event_date)).toEqual(['2026-01-05', ...Array(5).fill('unknown'), '2026-01-05']);
});

test.each([
  ['a.csv', 'sku\nx\nx,y\n', ['prices', 'bad_csv']],
  ['a.jsonl', '{"sku":"x"}\n{"sku":', ['prices', 'not_json']],
  ['b.jsonl', '[1]\n{"specversion":"1.0","type":"x"}\n', ['not_an_object', 'unknown_type']],
])(
  'what cannot be read of %s is of its entity and day, what says that it is another is not',
  async (name, content, outcomes) => {
    const rows = await rowsOf(name, content, 'prices');
    expect(brief(rows).map(([, outcome]) => outcome)).toEqual(outcomes);
    const places = rows.map(({ entity, event_date }) => [entity, event_date]);
    const own = ['prices', INGEST_DATE];
    expect(places).toEqual([own, name === 'b.jsonl' ? ['unparsable', 'unknown'] : own]);
  },
);

test('CSV: a header without what the entity needs is rejected, and the message says what was found', async () => {
  expect(await failureOf('a.csv', 'id,at\n1,2026-01-05T00:00:00Z\n', 'orders')).toMatch(
    /a\.csv: lacks the column order_id\. Found: id, at\. Expected for orders, in any order, others may follow: order_id, at\./,
  );
  expect(await failureOf('b.csv', 'order_id,at,at\n', 'orders')).toMatch(/b\.csv: has the column at twice/);
  expect(await failureOf('c.csv', Buffer.from('order_id,at\n', 'utf16le'), 'orders')).toMatch(
    /c\.csv: lacks the columns order_id, at/,
  );
});

test('Parquet: scalars as text, nested values as JSON, columns checked', async () => {
  const path = join(warehouse.path, 'a.parquet');
  await query(`copy (select n as order_id, timestamptz '2026-01-05 23:30:00-01:00' as at, {'a': [n]} as nested, 1.50::decimal(9,2) as price,
    null as nothing from range(3) r(n)) to '${path}' (format parquet)`);
  const file = { ...warehouse.file('b.parquet', '', 'orders'), path };
  const { objects, files } = await warehouse.load(file);
  const rows = await warehouse.rows(objects.map(({ key }) => key));
  expect(files[0]!.records).toBe(3);
  expect(rows.map(({ line, event_date }) => [line, event_date])).toEqual(
    [1n, 2n, 3n].map((line) => [line, '2026-01-06']),
  );
  expect(JSON.parse(rows[2]!.payload as string)).toEqual({
    order_id: '2',
    at: '2026-01-06 00:30:00Z',
    nested: { a: [2] },
    price: '1.50',
    nothing: null,
  });
  expect((await warehouse.load({ ...file, entity: 'clicks' })).failures[0]!.error.message).toMatch(
    /lacks the column clicked_at/,
  );
  expect(await failureOf('c.parquet', 'no', 'orders')).toMatch(/c\.parquet: cannot be read/);
});
