import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { generateStream } from '../../generator/generate-stream.ts';
import { line } from '../../generator/line.ts';
import { streamOptions } from '../../generator/options.ts';
import { writeStream } from '../../generator/write-stream.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-generator-'));
afterAll(() => rmSync(root, { recursive: true }));

const options = streamOptions({ events: 3000, days: 4 });

/** Every file below a folder with its bytes, one character each, by path. */
function filesIn(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'latin1')]));
}

describe('writeStream', () => {
  it('writes the same bytes for the same options, over what was there', async () => {
    await writeStream(options, join(root, 'one'));
    await writeStream({ ...options, days: 9 }, join(root, 'other'));
    await writeStream(options, join(root, 'other'));
    expect(filesIn(join(root, 'other'))).toEqual(filesIn(join(root, 'one')));
  });

  it('files what arrives by date, compressed or not, and tells how much it is', async () => {
    const plain = await writeStream(options, join(root, 'plain'), { gzip: false });
    await writeStream(options, join(root, 'gzip'), { gzip: true });
    const unpacked = [...filesIn(join(root, 'gzip'))].map(([path, bytes]): [string, string] => [
      path.replace(/\.gz$/, ''),
      gunzipSync(Buffer.from(bytes, 'latin1')).toString('latin1'),
    ]);
    const files = filesIn(join(root, 'plain'));
    expect(new Map(unpacked)).toEqual(files);

    const expected = [...generateStream(options)];
    for (const { batch, date, deliveries } of expected) {
      const text = [...files]
        .filter(([path]) => path.startsWith(`${batch}/ingest_date=${date}/part-`))
        .map(([, bytes]) => Buffer.from(bytes, 'latin1').toString())
        .join('');
      expect(text).toBe(deliveries.map((delivery) => `${line(delivery, options.seed)}\n`).join(''));
    }
    const sizeOf = (batch: string) =>
      [...files].reduce((sum, [path, bytes]) => sum + (path.startsWith(batch) ? bytes.length : 0), 0);
    expect(plain.main).toMatchObject({ folder: join(root, 'plain', 'main'), bytes: sizeOf('main') });
    expect(plain.late).toMatchObject({ folder: join(root, 'plain', 'late'), bytes: sizeOf('late') });
    expect(plain.main.lines + plain.late.lines).toBe(expected.flatMap(({ deliveries }) => deliveries).length);
  });
});
