import { once } from 'node:events';
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

/** A text file that is written line by line, compressed if asked for; what was not written yet stays a few chunks. */
export class TextFile {
  /** Of the text in UTF-8, before compression. */
  bytes = 0;
  lines = 0;
  private chunk = Buffer.allocUnsafe(CHUNK_BYTES + LONGEST_USUAL_BYTES);
  private used = 0;
  private readonly sink: Writable;
  private readonly done: Promise<void>;

  constructor(path: string, gzip: boolean) {
    const file = createWriteStream(path, { highWaterMark: 4 * CHUNK_BYTES });
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

  /** Hands on what was added, and waits if the disk is behind. */
  async flush(): Promise<void> {
    if (this.used === 0) return;
    const chunk = withBrokenBytes(this.chunk.subarray(0, this.used));
    this.chunk = Buffer.allocUnsafe(CHUNK_BYTES + LONGEST_USUAL_BYTES);
    this.used = 0;
    this.bytes += chunk.length;
    if (!this.sink.write(chunk)) await Promise.race([once(this.sink, 'drain'), this.done]);
  }

  async close(): Promise<void> {
    await this.flush();
    this.sink.end();
    await this.done;
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafe(2 * size);
    this.chunk.copy(larger, 0, 0, this.used);
    this.chunk = larger;
  }
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
