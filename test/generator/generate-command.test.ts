import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Answer, sluice, temporaryFolder } from '../cli/sluice.ts';

const root = temporaryFolder();
const generate = (...args: string[]): Promise<Answer> =>
  sluice('', 'generate', '--events', '200', '--days', '2', ...args);

/** A folder with files of somebody. */
function folderWith(name: string, ...files: string[]): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), 'mine');
  }
  return folder;
}

describe('sluice generate', () => {
  it('writes into a folder that is absent or empty, and replaces a world by another', async () => {
    for (const folder of [join(root, 'absent', 'below'), folderWith('empty')]) {
      expect(await generate('--out', folder)).toMatchObject({ code: 0, err: '' });
      const before = readFileSync(join(folder, 'truth.json'), 'utf8');
      writeFileSync(join(folder, 'notes.txt'), 'mine');
      expect(await generate('--out', folder, '--seed', '8', '--gzip')).toMatchObject({ code: 0 });
      expect(readFileSync(join(folder, 'truth.json'), 'utf8')).not.toBe(before);
      expect(existsSync(join(folder, 'events/ingest_date=2026-01-01/part-0.jsonl.gz'))).toBe(true);
      expect(existsSync(join(folder, 'events/ingest_date=2026-01-01/part-0.jsonl'))).toBe(false);
      expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
    }
  });

  it('replaces a world of which only a part was written', async () => {
    const folder = join(root, 'unfinished');
    await generate('--out', folder);
    // What stands there from the first moment on.
    writeFileSync(join(folder, 'truth.json'), '{"writtenBy":"sluice generate","finished":false}\n');
    expect(await generate('--out', folder)).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')).options.events).toBe(200);
  });

  it.each([
    ['its own events', ['events/mine.jsonl'], 'events'],
    ['its own truth', ['truth.json'], 'truth.json'],
    ['files named like those of a world', ['products/ingest_date=2026-01-01/products.csv'], 'products'],
    ['many things', ['a', 'b', 'c', 'd', 'e'], 'a, b, c and 2 more'],
  ])('touches nothing in a folder with %s', async (name, files, named) => {
    const folder = folderWith(name, ...files);
    const answer = await generate('--out', folder);
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.err).toContain(`${folder} has files that generate did not write: ${named}. Nothing was changed`);
    for (const file of files) expect(readFileSync(join(folder, file), 'utf8')).toBe('mine');
    expect(existsSync(join(folder, 'market_prices'))).toBe(false);
  });

  it.each([
    'events/mine.jsonl',
    'products/ingest_date=2026-01-01/mine.csv',
    'suppliers/ingest_date=today/suppliers.csv',
  ])('touches nothing in a world with %s of somebody else', async (file) => {
    const folder = join(root, 'shared', file.replaceAll('/', '-'));
    await generate('--out', folder);
    const before = readFileSync(join(folder, 'truth.json'), 'utf8');
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), 'mine');
    const answer = await generate('--out', folder, '--seed', '8');
    expect(answer.code).toBe(2);
    expect(answer.err).toContain(`did not write: ${file}.`);
    expect(readFileSync(join(folder, 'truth.json'), 'utf8')).toBe(before);
    expect(readFileSync(join(folder, file), 'utf8')).toBe('mine');
  });

  it('does not follow a link out of a world', async () => {
    const folder = join(root, 'linked');
    await generate('--out', folder);
    const elsewhere = folderWith('elsewhere', 'file');
    symlinkSync(elsewhere, join(folder, 'events', 'link'));
    const answer = await generate('--out', folder);
    expect(answer.err).toContain('did not write: events/link.');
    expect(readFileSync(join(elsewhere, 'file'), 'utf8')).toBe('mine');
  });

  it.each([
    ['no folder', ['--out', ''], 'Expected a folder'],
    ['a folder below a file', ['--out', join(folderWith('file', 'x'), 'x', 'y')], 'it is, or lies below, a file'],
    ['a file', ['--out', join(folderWith('file', 'x'), 'x')], 'it is, or lies below, a file'],
    ['events in words', ['--events', 'abc'], "argument 'abc' is invalid. Expected a number"],
    ['no number of days', ['--days', ''], "argument '' is invalid. Expected a number"],
    ['half a day', ['--days', '1.5'], 'days 1.5: expected a whole number from 1'],
  ])('refuses %s, plainly', async (_, args, message) => {
    const answer = await generate(...args);
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.err).toContain(message);
    expect(answer.err).not.toMatch(/NaN|ENOTDIR|published|\n\s+at /);
  });
});
