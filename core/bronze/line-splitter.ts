const LF = 10;
const CR = 13;
const BOM = [0xef, 0xbb, 0xbf];

/** A line of a file: its number from 1 and its bytes, without its LF or CR LF. */
export interface Line {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/**
 * Splits a stream of bytes into lines, ended by LF or CR LF; a last line needs no end. A UTF-8 byte order mark at the very
 * start is dropped. Lines of only blanks are left out, but counted.
 */
export class LineSplitter {
  #number = 0;
  #open: Uint8Array[] = [];

  /** The lines that end within these bytes. */
  *push(bytes: Uint8Array): Generator<Line> {
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(LF, start);
      if (end === -1) break;
      yield* this.#line(bytes.subarray(start, end));
      start = end + 1;
    }
    if (start < bytes.length) this.#open.push(bytes.subarray(start));
  }

  /** The last line, if it had no end. */
  *end(): Generator<Line> {
    if (this.#open.length > 0) yield* this.#line(new Uint8Array());
  }

  /** Bytes kept of the line that has not ended yet. */
  get pending(): number {
    return this.#open.reduce((sum, { length }) => sum + length, 0);
  }

  *#line(tail: Uint8Array): Generator<Line> {
    let bytes = this.#open.length > 0 ? Buffer.concat([...this.#open, tail]) : tail;
    this.#open = [];
    this.#number++;
    if (this.#number === 1 && BOM.every((byte, at) => bytes[at] === byte)) bytes = bytes.subarray(BOM.length);
    if (bytes.at(-1) === CR) bytes = bytes.subarray(0, -1);
    if (!isBlank(bytes)) yield { number: this.#number, bytes };
  }
}

/** Whether a line holds nothing but spaces, tabs and carriage returns. */
export function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 32 || byte === 9 || byte === CR);
}
