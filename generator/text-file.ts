import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { BROKEN_BYTE } from './spoil.ts';

const CHUNK_BYTES = 256 * 1024;
const LONGEST_USUAL_BYTES = 4096;
const MOST_BYTES_A_CHARACTER = 3;
const LINE_FEED = 10;
const BROKEN = Buffer.from(BROKEN_BYTE);

/** Of files that are closed, for the next ones: a new buffer for each chunk would cost more than what is put into it. */
const spare: Buffer[] = [];

/** A text file that is written line by line, compressed if asked for; what was not written yet is two chunks at most. */
export class TextFile {
  /** Of the text in UTF-8, before compression. */
  bytes = 0;
  lines = 0;
  /** The one that is filled, while the other one is written. */
  private chunk = spare.pop() ?? newChunk();
  private other = spare.pop() ?? newChunk();
  private used = 0;
  private written: Promise<void> = Promise.resolve();
  private readonly sink: Writable;
  private readonly done: Promise<void>;

  constructor(path: string, gzip: boolean) {
    const file = createWriteStream(path, { highWaterMark: CHUNK_BYTES });
    this.sink = gzip ? createGzip({ level: 4 }) : file;
    this.done = gzip ? pipeline(this.sink as ReturnType<typeof createGzip>, file) : finished(file);
    // Whoever writes or closes next is told.
    this.done.catch(() => {});
  }

  /** Adds a line. True: enough has come together to be flushed. */
  add(line: string): boolean {
    const most = this.used + line.length * MOST_BYTES_A_CHARACTER + 1;
    if (most > this.chunk.length) this.grow(most);
    this.used += this.chunk.write(line, this.used);
    this.chunk[this.used] = LINE_FEED;
    this.used += 1;
    this.lines += 1;
    return this.used >= CHUNK_BYTES;
  }

  /** Hands on what was added, and waits until what was handed on before is written. */
  async flush(): Promise<void> {
    if (this.used === 0) return;
    await this.written;
    const chunk = withBrokenBytes(this.chunk.subarray(0, this.used));
    this.bytes += chunk.length;
    this.written = new Promise<void>((resolve, reject) => {
      this.sink.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    this.written.catch(() => {});
    [this.chunk, this.other] = [this.other, this.chunk];
    this.used = 0;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.written;
    this.sink.end();
    await this.done;
    spare.push(this.chunk, this.other);
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafe(2 * size);
    this.chunk.copy(larger, 0, 0, this.used);
    this.chunk = larger;
  }
}

function newChunk(): Buffer {
  return Buffer.allocUnsafe(CHUNK_BYTES + LONGEST_USUAL_BYTES);
}

function withBrokenBytes(text: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = text.indexOf(BROKEN); at !== -1; at = text.indexOf(BROKEN, from)) {
    parts.push(text.subarray(from, at), Buffer.of(0xff));
    from = at + BROKEN.length;
  }
  return from === 0 ? text : Buffer.concat([...parts, text.subarray(from)]);
}
