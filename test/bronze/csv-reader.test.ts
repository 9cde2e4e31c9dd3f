import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CsvReader } from '../../core/bronze/csv-reader.ts';

function read(text: string, piece = text.length || 1) {
  const reader = new CsvReader();
  const records = [];
  for (let at = 0; at < text.length; at += piece) records.push(...reader.push(text.slice(at, at + piece)));
  return [...records, ...reader.end()];
}

test('quotes, line ends, empty fields and empty lines', () => {
  expect(read('a,b\r\n\r\n"x,""y""","two\r\nlines"\n,""\nlast,1')).toEqual([
    { fields: ['a', 'b'], raw: 'a,b' },
    { fields: ['x,"y"', 'two\r\nlines'], raw: '"x,""y""","two\r\nlines"' },
    { fields: [null, ''], raw: ',""' },
    { fields: ['last', '1'], raw: 'last,1' },
  ]);
});

test('misplaced quotes cost their line only', () => {
  expect(read('1,5" pipe\n2,"open\n3,"x" y\n4,ok\n').map(({ fields, raw }) => fields ?? raw)).toEqual([
    '1,5" pipe',
    '2,"open',
    '3,"x" y',
    ['4', 'ok'],
  ]);
});

test('records do not depend on how the text is cut, and written fields are read back', () => {
  const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ') });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 1 })), fc.integer({ min: 1, max: 9 }), (rows, piece) => {
      const text = rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
      expect(read(text, piece).map(({ fields }) => fields)).toEqual(rows);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n') }), fc.nat(8), (text, piece) => {
      expect(read(text, piece + 1)).toEqual(read(text));
    }),
  );
});
