import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileFormat } from '../../core/bronze/file-format.ts';
import { readRows } from '../../core/bronze/read-rows.ts';
import type { BulkLoader, FileToLoad, Loaded } from '../../core/ports/bulk-loader.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

/** A loader, by the routing of `temporary-warehouse.ts`, and where it finds files and puts objects. */
export interface OpenedLoader {
  readonly load: BulkLoader;
  /** Puts a file where the loader finds it. Returns its path. */
  put(name: string, content: Uint8Array): Promise<string>;
  readonly store: ObjectStore;
  close(): Promise<void>;
}

const event = (n: number, day: string) =>
  JSON.stringify({
    specversion: '1.0',
    id: `e${n}`,
    source: 's',
    type: 'orders',
    data: { order_id: `${n}`, at: `${day}T00:00:00Z` },
  });
const lines = [event(1, '2026-01-05'), event(2, '2026-01-06'), '{"cut', '', event(3, '2026-01-05')].join('\n');

/** What every bulk loader promises of the files it is given and the objects it makes. What rows it makes of which bytes is tried in test/bronze. */
export function bulkLoaderSuite(name: string, open: () => Promise<OpenedLoader>): void {
  describe(`${name} is a bulk loader`, () => {
    let opened: OpenedLoader;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    async function file(path: string, content: string | Uint8Array, entity: string | null = null): Promise<FileToLoad> {
      const bytes = Buffer.from(content);
      const hash = createHash('sha256').update(bytes).digest('hex');
      const found = { path: await opened.put(path, bytes), hash, format: fileFormat(path)! };
      return { ...found, entity, ingestDate: '2026-02-01', arrivedAt: Date.UTC(2026, 1, 1, 12) };
    }

    /** `entity event_date place` of every row of every object, read from the store. */
    async function rows({ objects }: Loaded): Promise<string[]> {
      const found: string[] = [];
      for (const object of objects) {
        const content = (await opened.store.get(object.key))!;
        expect(content).toHaveLength(object.bytes);
        for (const { record, line } of await readRows(content, object))
          found.push(`${record.entity} ${record.eventDate} ${line}`);
      }
      return found.sort();
    }

    const expected = ['orders 2026-01-05 1', 'orders 2026-01-05 5', 'orders 2026-01-06 2', 'unparsable unknown 3'];

    it('makes objects of every record, one or more for each entity and event date', async () => {
      const plain = await file('a.jsonl', lines);
      const loaded = await opened.load([plain], 'load-1');
      expect(loaded.failures).toEqual([]);
      expect(loaded.files).toEqual([{ file: plain, records: 4 }]);
      expect(await rows(loaded)).toEqual(expected);
      expect(loaded.objects.every(({ ingestDate }) => ingestDate === '2026-02-01')).toBe(true);
    });

    it('takes every format, and several files at once', async () => {
      const csv = await file('b.csv', 'order_id,at\n9,2026-01-07T00:00:00Z\n', 'orders');
      const zipped = await file('c.jsonl.gz', gzipSync(`${lines}\n`));
      const loaded = await opened.load([csv, zipped], 'load-2');
      expect(loaded.files.map(({ file: { path }, records }) => [path, records]).sort()).toEqual(
        [
          [csv.path, 1],
          [zipped.path, 4],
        ].sort(),
      );
      expect(await rows(loaded)).toEqual([...expected, 'orders 2026-01-07 1'].sort());
    });

    it('takes nothing of a bad file, names it, and takes the others', async () => {
      const cut = await file('cut.jsonl.gz', gzipSync(lines).subarray(0, 40));
      const headless = await file('headless.csv', 'nothing\n1\n', 'orders');
      const gone = { ...(await file('good.jsonl', `${lines}\n\n`)), path: `${(await file('x.jsonl', 'x')).path}.gone` };
      const good = await file('good.jsonl', `${lines}\n\n`);
      const loaded = await opened.load([cut, headless, { ...gone, hash: 'other' }, good], 'load-3');
      expect(loaded.files).toEqual([{ file: good, records: 4 }]);
      expect(await rows(loaded)).toEqual(expected);
      expect(loaded.failures).toHaveLength(3);
      for (const { file: failed, error } of loaded.failures) {
        expect(error.name).toBe('UsageError');
        expect(error.message.startsWith(`${failed.path}: `), error.message).toBe(true);
      }
    });

    it('never writes over what another load wrote, and leaves nothing but objects', async () => {
      const before = await opened.store.list('bronze/');
      const again = await file('a.jsonl', lines);
      const loads = await Promise.all(['load-4', 'load-5'].map((id) => opened.load([again], id)));
      const keys = [...before, ...loads.flatMap(({ objects }) => objects)].map(({ key }) => key);
      expect((await opened.store.list('bronze/')).map(({ key }) => key)).toEqual([...new Set(keys)].sort());
      expect(new Set(keys).size).toBe(keys.length);
    });
  });
}
