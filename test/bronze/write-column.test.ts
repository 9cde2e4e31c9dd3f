import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { expect, test } from 'vitest';
import { type Cell, writeColumn } from '../../core/bronze/write-column.ts';

const TEXT = { name: 'c', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const;
const NUMBER = { name: 'c', type: 'INT64', repetition_type: 'OPTIONAL' } as const;
const MAGIC = 0x31524150;

/** A file of one column, and what a reader finds in it. */
async function written(cells: readonly Cell[], distinct: boolean, element: typeof TEXT | typeof NUMBER = TEXT) {
  const writer = new ByteWriter();
  writer.appendUint32(MAGIC);
  const column = writeColumn(writer, element, cells, distinct);
  const num_rows = BigInt(cells.length);
  writeMetadata(writer, {
    version: 2,
    schema: [{ name: 'root', num_children: 1 }, element],
    num_rows,
    row_groups: [{ columns: [column], num_rows, total_byte_size: column.meta_data!.total_uncompressed_size }],
    metadata_length: 0,
  });
  writer.appendUint32(MAGIC);
  const file = writer.getBuffer();
  const rows = (await parquetReadObjects({ file })) as { c: string | bigint | null }[];
  return {
    cells: rows.map(({ c }) => (typeof c === 'bigint' ? Number(c) : c)),
    encodings: parquetMetadata(file).row_groups[0]!.columns[0]!.meta_data!.encodings,
    bytes: file.byteLength,
  };
}

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'a', 'b', '\0', 'é😀'));
const number = fc.oneof(fc.maxSafeInteger(), fc.nat(3), fc.constantFrom(-1, 2 ** 32, -(2 ** 32), 2 ** 32 - 1));

test('what is written is read, with a dictionary or without', async () => {
  const column = (cell: fc.Arbitrary<Cell>) =>
    fc.tuple(fc.array(fc.option(cell), { minLength: 1, maxLength: 300 }), fc.boolean());
  await fc.assert(
    fc.asyncProperty(column(text), column(number), async ([texts, plain], [numbers, also]) => {
      expect((await written(texts, plain)).cells).toEqual(texts);
      expect((await written(numbers, also, NUMBER)).cells).toEqual(numbers);
    }),
  );
});

test('pages of a megabyte, a value larger than many, and none', async () => {
  const long = Array.from({ length: 3000 }, (_, n) => (n % 7 === 0 ? null : `${n} ${'é'.repeat(n)}`));
  expect((await written(long, true)).cells).toEqual(long);
  const huge = ['x'.repeat(20_000_000), null, '€'.repeat(3_000_000), 'after'];
  expect((await written(huge, true)).cells).toEqual(huge);
  const none = Array.from({ length: 1000 }, () => null);
  const empty = await written(none, false);
  expect(empty.cells).toEqual(none);
  expect(empty.bytes).toBeLessThan(200);
});

test('a dictionary where values repeat, none where they do not', async () => {
  const few = Array.from({ length: 5000 }, (_, n) => (n % 11 === 0 ? null : `value ${n % 300}`));
  const repeated = await written(few, false);
  expect(repeated.cells).toEqual(few);
  expect(repeated.encodings).toContain('RLE_DICTIONARY');
  const other = await written(
    few.map((_, n) => `value ${n}`),
    false,
  );
  expect(other.encodings).toEqual(['PLAIN']);
});
