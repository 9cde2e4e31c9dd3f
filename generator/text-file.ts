import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { BROKEN_BYTE } from './spoil.ts';

const CHUNK_CHARACTERS = 64 * 1024;

/** A text file that is written line by line, compressed if asked for; what was not written yet stays a few chunks. */
export class TextFile {
  /** Of the text in UTF-8, before compression. */
  bytes = 0;
  lines = 0;
  private text = '';
  private readonly sink: Writable;
  private readonly done: Promise<void>;

  constructor(path: string, gzip: boolean) {
    const file = createWriteStream(path, { highWaterMark: 16 * CHUNK_CHARACTERS });
    this.sink = gzip ? createGzip({ level: 4 }) : file;
    this.done = gzip ? pipeline(this.sink as ReturnType<typeof createGzip>, file) : finished(file);
    // Whoever writes or closes next is told.
    this.done.catch(() => {});
  }

  /** Adds a line. True: enough has come together to be flushed. */
  add(line: string): boolean {
    this.text += `${line}\n`;
    this.lines += 1;
    return this.text.length >= CHUNK_CHARACTERS;
  }

  /** Hands on what was added, and waits if the disk is behind. */
  async flush(): Promise<void> {
    if (this.text === '') return;
    const chunk = encode(this.text);
    this.text = '';
    this.bytes += chunk.length;
    if (!this.sink.write(chunk)) await Promise.race([once(this.sink, 'drain'), this.done]);
  }

  async close(): Promise<void> {
    await this.flush();
    this.sink.end();
    await this.done;
  }
}

function encode(text: string): Buffer {
  if (!text.includes(BROKEN_BYTE)) return Buffer.from(text);
  const parts = text
    .split(BROKEN_BYTE)
    .flatMap((part, index) => [...(index ? [Buffer.of(0xff)] : []), Buffer.from(part)]);
  return Buffer.concat(parts);
}
