/** A record of a CSV text: its fields (null: empty and not quoted), or undefined where its quotes make no sense. */
export interface CsvRecord {
  readonly fields: readonly (string | null)[] | undefined;
  /** The text of the record without its line end. */
  readonly raw: string;
}

/** A quoted field that is not closed within so many characters is taken for a stray quote. */
const LONGEST_RECORD = 1 << 20;

/**
 * Splits CSV (RFC 4180, comma, LF or CR LF) into records. Empty lines are left out. A record with misplaced quotes gives
 * only its first line, and reading goes on with the next one: a stray quote costs a line, not the rest of the file. (This,
 * the raw text and the difference between empty and quoted fields are why no library does it.)
 */
export class CsvReader {
  #text = '';

  /** The records that end within this text. */
  push(text: string): Generator<CsvRecord> {
    this.#text += text;
    return this.#read(false);
  }

  /** What is left after the last line end. */
  *end(): Generator<CsvRecord> {
    if (this.#text.length > 0 && !this.#text.endsWith('\n')) this.#text += '\n';
    yield* this.#read(true);
  }

  *#read(ended: boolean): Generator<CsvRecord> {
    const text = this.#text;
    let at = 0;
    for (;;) {
      const lineEnd = text.indexOf('\n', at);
      if (lineEnd === -1) break;
      const line = withoutReturn(text.slice(at, lineEnd));
      if (!line.includes('"')) {
        if (line !== '') yield { fields: line.split(',').map((field) => (field === '' ? null : field)), raw: line };
        at = lineEnd + 1;
        continue;
      }
      const scanned = scanQuoted(text, at);
      if (scanned === 'open' && !ended && text.length - at < LONGEST_RECORD) break;
      if (typeof scanned === 'string') {
        yield { fields: undefined, raw: line };
        at = lineEnd + 1;
      } else {
        yield { fields: scanned.fields, raw: withoutReturn(text.slice(at, scanned.end)) };
        at = scanned.end + 1;
      }
    }
    this.#text = text.slice(at);
  }
}

/** The fields of the record at `start` and the index of its LF; `open` if the text ends first, `bad` if quotes are misplaced. */
function scanQuoted(text: string, start: number): { fields: (string | null)[]; end: number } | 'open' | 'bad' {
  const fields: (string | null)[] = [];
  let at = start;
  for (;;) {
    let field: string | null;
    if (text[at] === '"') {
      const close = closingQuote(text, at + 1);
      if (close === -1) return 'open';
      field = text.slice(at + 1, close).replaceAll('""', '"');
      at = close + 1;
    } else {
      const from = at;
      while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '"') at++;
      if (text[at] === '"') return 'bad';
      const plain = text[at] === '\n' ? withoutReturn(text.slice(from, at)) : text.slice(from, at);
      field = plain === '' ? null : plain;
    }
    fields.push(field);
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    if (at >= text.length || (text[at] === '\r' && at + 1 === text.length)) return 'open';
    if (text[at] === '\n') return { fields, end: at };
    if (text[at] !== ',') return 'bad';
    at++;
  }
}

function closingQuote(text: string, start: number): number {
  let at = text.indexOf('"', start);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
