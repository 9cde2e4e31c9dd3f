import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { type StreamRecord, streamObjects } from '../../core/bronze/stream-objects.ts';
import { ARRIVED_AT, ROUTING, type Row, TemporaryWarehouse } from './temporary-warehouse.ts';

const warehouse = new TemporaryWarehouse();
afterAll(() => warehouse.remove());

const scalar = fc.oneof(
  fc.string().map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '1',
    '-0',
    '1.0',
    '1e3',
    '1E400',
    '12345678901234567890',
    '0.10',
    'true',
    'false',
    'null',
    '{}',
    '[1, 2]',
  ),
  fc.constantFrom(
    '"1.0"',
    '"1e3"',
    '"{"',
    '"inf"',
    '"true"',
    '"\\ud800"',
    '"\\u0000"',
    '"é😀"',
    '"12"',
    '""',
    '"a, }"',
    '"x :y"',
  ),
  fc.constantFrom('NaN', '-Infinity', '+1', '01', "'x'", '"finance, info"', '": [nan"', '"\t"'),
);
const time = fc.oneof(
  fc.constantFrom(
    '"2026-01-31T23:30:00-01:00"',
    '"2026-01-01 00:00:00"',
    '"9999-12-31T23:59:59Z"',
    '"1970-01-01T00:00:00Z"',
    '"1995-06-01T00:00:00Z"',
    '"2026-02-30T00:00:00Z"',
  ),
  fc.constantFrom('"2026-01-0\\u0031T00:00:00Z"', '"soon"'),
  // About the first and last days that clicks are taken of.
  fc.constantFrom(
    '"2025-12-03T00:00:00Z"',
    '"2025-12-02T23:59:59Z"',
    '"2026-02-02T23:59:59Z"',
    '"2026-02-03T00:00:00Z"',
  ),
  scalar,
);
const mark = fc.constantFrom('', '', '', '\ufeff');
const space = fc.constantFrom('', '', '', '', ' ', '\t', '  ');
const member = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>) =>
  fc.tuple(key, space, space, value, space).map(([k, a, b, v, c]) => `"${k}"${a}:${b}${v}${c}`);
const object = (members: fc.Arbitrary<string>[], extra: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.tuple(...members.map((one) => fc.option(one, { freq: 15 }))),
      fc.array(extra, { maxLength: 2 }),
      fc.boolean(),
      fc.oneof({ weight: 30, arbitrary: fc.constant('') }, fc.constantFrom(',', ', ', ',\t')),
    )
    .map(([some, more, last, comma]) => {
      const known = some.filter((one) => one !== null);
      return `{${(last ? [...known, ...more] : [...more, ...known]).join(',')}${comma}}`;
    });
const keys = fc.constantFrom(
  'id',
  'type',
  'specversion',
  'data',
  'at',
  'clicked_at',
  'i\\u0064',
  'ty\\u0070e',
  'x',
  '__proto__',
);
const data = object(
  [member(fc.constant('at'), time), member(fc.constant('clicked_at'), time)],
  member(keys, fc.oneof(scalar, time)),
);
const type = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('"orders"', '"clicks"', '"prices"') },
  fc.constant('"refunds"'),
  scalar,
);
const record = object(
  [
    member(fc.constant('specversion'), fc.constantFrom('"1.0"', 'null')),
    member(fc.constant('type'), type),
    member(fc.constant('id'), scalar),
    member(fc.constant('source'), scalar),
    member(fc.constant('time'), scalar),
    member(fc.constant('data'), fc.oneof({ weight: 8, arbitrary: data }, scalar)),
    member(fc.constant('at'), time),
  ],
  member(keys, fc.oneof(scalar, time, type, data)),
);
/** Text of a line that is no blank line: a record, one cut short, one with blanks around it, or anything. */
const line = fc
  .oneof(
    { weight: 8, arbitrary: record },
    fc.tuple(record, fc.nat(60)).map(([text, length]) => text.slice(0, length)),
    fc.tuple(mark, space, record, space).map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme' }),
    scalar,
  )
  .filter((text) => !/[\r\n]/.test(text) && /[^ \t]/.test(text));

/** Begins with a plain line, because a byte order mark at the start belongs to the file and not to its first record. */
const linesOfFile = fc.array(line, { maxLength: 150 }).map((some) => ['{}', ...some]);

const TRANSPORT = ['shard_id', 'sequence_number', 'sub_sequence', 'file_hash', 'line'];

function withoutTransport(rows: Row[]): Row[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !TRANSPORT.includes(column))));
}

test('the bulk loader and the stream writer give the same rows for any lines, in either reading of the file', async () => {
  await fc.assert(
    fc.asyncProperty(linesOfFile, fc.boolean(), async (lines, gzip) => {
      const content = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const file = warehouse.file(gzip ? 'a.jsonl.gz' : 'a.jsonl', gzip ? gzipSync(content) : content);
      const loaded = await warehouse.load(file);
      expect(loaded.failures).toEqual([]);
      expect(loaded.files).toEqual([{ file, records: lines.length }]);
      const bulk = await warehouse.rows(loaded.objects.map(({ key }) => key));
      expect(bulk.map((row) => row.line)).toEqual(lines.map((_, at) => BigInt(at + 1)));

      const records = lines.map((text, at): StreamRecord => {
        const sequenceNumber = String(1000 + at);
        return { shardId: 's', sequenceNumber, subSequence: null, arrivedAt: ARRIVED_AT, data: Buffer.from(text) };
      });
      const objects = streamObjects(records, ROUTING);
      for (const { object, content } of objects) {
        mkdirSync(dirname(join(warehouse.path, object.key)), { recursive: true });
        writeFileSync(join(warehouse.path, object.key), content);
      }
      const streamed = await warehouse.rows(objects.map(({ object }) => object.key));
      expect(withoutTransport(bulk)).toEqual(withoutTransport(streamed));

      // A line that is not UTF-8 sends the whole file through the reference rules: the other rows must not change.
      const spoilt = warehouse.file('b.jsonl', Buffer.concat([content, Buffer.from([0xff])]));
      const reference = await warehouse.load(spoilt);
      const rows = await warehouse.rows(reference.objects.map(({ key }) => key));
      expect(rows.at(-1)).toMatchObject({ reason: 'not_utf8', payload: '/w==' });
      expect(withoutTransport(rows.slice(0, -1))).toEqual(withoutTransport(bulk));
    }),
    { numRuns: 12 },
  );
}, 30_000);

test.each(['orders', 'prices'])(
  'bare records of %s are the same in both readings of a file',
  async (entity) => {
    await fc.assert(
      fc.asyncProperty(linesOfFile, async (lines) => {
        const content = Buffer.from(lines.join('\n'));
        const fast = await warehouse.load(warehouse.file('a.jsonl', content, entity));
        const slow = await warehouse.load(
          warehouse.file('b.jsonl', Buffer.concat([content, Buffer.from('\n\xff', 'latin1')]), entity),
        );
        const rows = await warehouse.rows(fast.objects.map(({ key }) => key));
        const reference = await warehouse.rows(slow.objects.map(({ key }) => key));
        expect(rows.length).toBe(lines.length);
        expect(withoutTransport(reference.slice(0, -1))).toEqual(withoutTransport(rows));
      }),
      { numRuns: 10 },
    );
  },
  30_000,
);

test('the bulk loader takes the same days about the arrival as the stream writer', async () => {
  const days = ['2025-12-02', '2025-12-03', '2026-02-02', '2026-02-03'];
  const lines = days.map((day) => `{"type":"clicks","data":{"clicked_at":"${day}T12:00:00Z"}}`);
  const { objects } = await warehouse.load(warehouse.file('a.jsonl', lines.join('\n')));
  const rows = await warehouse.rows(objects.map(({ key }) => key));
  expect(rows.map((row) => row.event_date)).toEqual(['unknown', '2025-12-03', '2026-02-02', 'unknown']);
  const streamed = streamObjects(
    lines.map((line, at) => {
      const transport = { shardId: 's', sequenceNumber: String(at), subSequence: null };
      return { ...transport, arrivedAt: ARRIVED_AT, data: Buffer.from(line) };
    }),
    ROUTING,
  );
  expect(streamed.map(({ object }) => `${object.eventDate} ${object.rows}`)).toEqual([
    'unknown 2',
    '2025-12-03 1',
    '2026-02-02 1',
  ]);
});

test('records without a time of their own are dated by their arrival, also the same file on two days', async () => {
  const lines = '{"sku":"a"}\n{"sku":"b","data":{"at":"2025-01-01T00:00:00Z"}}';
  const file = warehouse.file('a.jsonl', lines, 'prices');
  const { objects, files } = await warehouse.load(file, { ...file, ingestDate: '2026-02-02' });
  expect(files.map(({ records }) => records)).toEqual([2, 2]);
  expect(objects.map(({ ingestDate, eventDate, rows }) => `${ingestDate} ${eventDate} ${rows}`).sort()).toEqual([
    '2026-02-01 2026-02-01 2',
    '2026-02-02 2026-02-02 2',
  ]);
});
