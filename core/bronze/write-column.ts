import type { ColumnChunk, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { snappy } from './snappy.ts';

/** A value of a column: a text, a whole number below 2^53, or none. */
export type Cell = string | number | null;

interface Dictionary {
  readonly values: readonly Cell[];
  /** Of each cell that is not null. */
  readonly indexes: readonly number[];
}

/** About so large pages become: readers take them one at a time. */
const PAGE_BYTES = 1 << 20;
/** After so many values it is told whether they repeat enough to go on looking for the same. */
const SAMPLE = 1000;
const TWO_POW_32 = 2 ** 32;

/** Where values are put together. One for all: nothing here gives way to others. */
let scratch = newScratch();

/**
 * Writes one column of a row group: optional texts or 64-bit integers, Snappy, by a dictionary where that pays off unless
 * the values are known to be `distinct`. The writer of hyparquet can do much more, and takes twice the time: it makes an
 * array of bytes of each text and goes over each column a dozen times.
 */
export function writeColumn(
  writer: ByteWriter,
  { name, type }: SchemaElement,
  cells: readonly Cell[],
  distinct: boolean,
): ColumnChunk {
  const start = writer.offset;
  const dictionary = distinct ? undefined : dictionaryOf(cells);
  let uncompressed = 0;
  if (dictionary) {
    const { bytes } = plain(dictionary.values, 0, Number.POSITIVE_INFINITY);
    const content = snappy(bytes);
    uncompressed += bytes.length + header(writer, bytes.length, content.length, dictionary.values.length);
    writer.appendBytes(content);
  }
  const data = writer.offset;
  for (let from = 0; from < cells.length; ) {
    const { bytes, end } = dictionary
      ? { bytes: indexBytes(dictionary), end: cells.length }
      : plain(cells, from, PAGE_BYTES);
    uncompressed += page(writer, cells.slice(from, end), bytes, dictionary ? 'RLE_DICTIONARY' : 'PLAIN');
    from = end;
  }
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: type!,
      encodings: dictionary ? ['PLAIN', 'RLE_DICTIONARY'] : ['PLAIN'],
      path_in_schema: [name],
      codec: 'SNAPPY',
      num_values: BigInt(cells.length),
      total_uncompressed_size: BigInt(uncompressed),
      total_compressed_size: BigInt(writer.offset - start),
      data_page_offset: BigInt(data),
      ...(dictionary ? { dictionary_page_offset: BigInt(start) } : {}),
    },
  };
}

/** The different values, if each is there twice on average, and there are any. */
function dictionaryOf(cells: readonly Cell[]): Dictionary | undefined {
  const places = new Map<Cell, number>();
  const indexes: number[] = [];
  let previous: Cell = null;
  let index = 0;
  for (const cell of cells) {
    if (cell === null) continue;
    if (cell !== previous) {
      previous = cell;
      const known = places.get(cell);
      index = known ?? places.size;
      if (known === undefined) places.set(cell, index);
    }
    if (indexes.push(index) === SAMPLE && places.size > SAMPLE * 0.9) return undefined;
  }
  return places.size === 0 || places.size * 2 > indexes.length ? undefined : { values: [...places.keys()], indexes };
}

/** Values in PLAIN encoding, from a cell on, until they are so many bytes; nulls left out. Valid until the next call. */
function plain(cells: readonly Cell[], from: number, most: number): { readonly bytes: Buffer; readonly end: number } {
  let at = 0;
  let end = from;
  // After a text of many megabytes.
  if (scratch.length > PAGE_BYTES * 8) scratch = newScratch();
  for (; end < cells.length && at < most; end++) {
    const cell = cells[end]!;
    if (cell === null) continue;
    if (typeof cell === 'string') {
      // A UTF-16 unit takes at most three bytes; to look it up takes as long as to write it.
      const needed = at + 4 + (cell.length > PAGE_BYTES ? Buffer.byteLength(cell) : cell.length * 3);
      if (needed > scratch.length) scratch = grown(needed);
      const length = scratch.write(cell, at + 4, 'utf8');
      scratch.writeUInt32LE(length, at);
      at += 4 + length;
    } else {
      if (at + 8 > scratch.length) scratch = grown(at + 8);
      const high = Math.floor(cell / TWO_POW_32);
      scratch.writeUInt32LE(cell - high * TWO_POW_32, at);
      scratch.writeInt32LE(high, at + 4);
      at += 8;
    }
  }
  return { bytes: scratch.subarray(0, at), end };
}

function newScratch(): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(PAGE_BYTES * 2);
}

function grown(needed: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(Math.max(needed, scratch.length * 2));
  scratch.copy(larger);
  return larger;
}

function indexBytes({ values, indexes }: Dictionary): Uint8Array {
  const writer = new ByteWriter(indexes.length + 16);
  const width = Math.ceil(Math.log2(values.length));
  writer.appendUint8(width);
  writeRleBitPackedHybrid(writer, indexes as number[], width);
  return writer.getBytes();
}

/** Writes a page of data. Returns its size before compression, with the header. */
function page(
  writer: ByteWriter,
  cells: readonly Cell[],
  bytes: Uint8Array,
  encoding: 'PLAIN' | 'RLE_DICTIONARY',
): number {
  const { nulls, levels } = levelsOf(cells);
  const content = snappy(bytes);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.length + bytes.length,
    compressed_page_size: levels.length + content.length,
    data_page_header_v2: {
      num_values: cells.length,
      num_nulls: nulls,
      num_rows: cells.length,
      encoding,
      definition_levels_byte_length: levels.length,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  const headerBytes = writer.offset - start;
  writer.appendBytes(levels);
  writer.appendBytes(content);
  return headerBytes + levels.length + bytes.length;
}

/** Writes the header of a dictionary's page. Returns its size. */
function header(writer: ByteWriter, uncompressed: number, compressed: number, values: number): number {
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: uncompressed,
    compressed_page_size: compressed,
    dictionary_page_header: { num_values: values, encoding: 'PLAIN' },
  });
  return writer.offset - start;
}

/** Which cells are null: 0, the others 1. */
function levelsOf(cells: readonly Cell[]): { readonly nulls: number; readonly levels: Uint8Array } {
  let nulls = 0;
  for (const cell of cells) if (cell === null) nulls++;
  const writer = new ByteWriter(16);
  if (nulls === 0 || nulls === cells.length) {
    writer.appendVarInt(cells.length * 2);
    writer.appendUint8(nulls === 0 ? 1 : 0);
  } else {
    const levels = cells.map((cell) => (cell === null ? 0 : 1));
    writeRleBitPackedHybrid(writer, levels, 1);
  }
  return { nulls, levels: writer.getBytes() };
}
