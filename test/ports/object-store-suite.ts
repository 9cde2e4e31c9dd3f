import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../core/ports/object-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: Uint8Array | undefined): string | undefined => found && new TextDecoder().decode(found);

/**
 * What every object store promises.
 *
 * @param open gives a store that is empty and of its own
 */
export function objectStoreSuite(name: string, open: () => Promise<ObjectStore>): void {
  describe(`${name} is an object store`, () => {
    it('gives back what was put, and undefined for what is not there', async () => {
      const store = await open();
      await store.put('a/b.bin', Uint8Array.of(0, 255, 10, 13));
      expect([...(await store.get('a/b.bin'))!]).toEqual([0, 255, 10, 13]);
      await store.put('a/b.bin', bytes('replaced'));
      await store.put('a/empty', new Uint8Array());
      expect(text(await store.get('a/b.bin'))).toBe('replaced');
      expect(await store.get('a/empty')).toHaveLength(0);
      expect(await store.get('a/c')).toBeUndefined();
      expect(await store.get('no/such/folder')).toBeUndefined();
    });

    it('creates a key once, whoever tries at the same time', async () => {
      const store = await open();
      for (let round = 0; round < 5; round++) {
        const writers = Array.from({ length: 40 }, (_, i) => `writer ${i}`);
        const won = await Promise.all(writers.map((writer) => store.create(`log/${round}`, bytes(writer))));
        const winners = writers.filter((_, i) => won[i]);
        expect(winners).toHaveLength(1);
        expect(text(await store.get(`log/${round}`))).toBe(winners[0]);
      }
    });

    it('does not create over an object that was put, and puts over one that was created', async () => {
      const store = await open();
      await store.put('k', bytes('put'));
      expect(await store.create('k', bytes('created'))).toBe(false);
      expect(text(await store.get('k'))).toBe('put');
      expect(await store.create('l', bytes('created'))).toBe(true);
      await store.put('l', bytes('put'));
      expect(text(await store.get('l'))).toBe('put');
    });

    it('lists by prefix, in order of keys, after a key that need not exist', async () => {
      const segment = fc.constantFrom('a', 'ab', 'b', 'a_-b', 'a_.b', 'dt=1', 'A', '0');
      // No key is a folder of another, which a directory cannot have; `a_-b` comes before `a_/b`, though `a_` does not.
      const key = fc
        .array(segment, { minLength: 0, maxLength: 2 })
        .chain((folders) => segment.map((file) => [...folders.map((folder) => `${folder}_`), file].join('/')));
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(key, { maxLength: 12 }),
          key,
          fc.nat(4),
          fc.option(key),
          async (keys, like, length, after) => {
            const store = await open();
            for (const [i, each] of keys.entries()) await store.put(each, new Uint8Array(i));
            const prefix = like.slice(0, length);
            const expected = keys
              .map((each, i) => ({ key: each, bytes: i }))
              .filter((object) => object.key.startsWith(prefix) && (after === null || object.key > after))
              .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
            const listed = await store.list(prefix, after ?? undefined);
            expect(listed.map(({ key, bytes }) => ({ key, bytes }))).toEqual(expected);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('deletes what is there and does not mind what is not', async () => {
      const store = await open();
      for (const key of ['a/1', 'a/2', 'b/1']) await store.put(key, bytes(key));
      await store.delete(['a/1', 'a/9', 'c/1']);
      await store.delete([]);
      expect((await store.list('')).map((object) => object.key)).toEqual(['a/2', 'b/1']);
      expect(await store.create('a/1', bytes('again'))).toBe(true);
    });

    it('never shows a part of an object, nor an object that was refused', async () => {
      const store = await open();
      const size = 300_000;
      let writing = true;
      const writers = Promise.all([
        ...[1, 2, 3].map(async (fill) => {
          for (let i = 0; i < 8; i++) await store.put('shared', new Uint8Array(size).fill(fill));
        }),
        ...[4, 5].map(async (fill) => {
          for (let i = 0; i < 8; i++) await store.create(`once/${i}`, new Uint8Array(size).fill(fill));
        }),
      ]).finally(() => {
        writing = false;
      });
      while (writing) {
        for (const object of await store.list('')) {
          expect(object.bytes).toBe(size);
          const found = (await store.get(object.key))!;
          expect(found).toHaveLength(size);
          expect(found.every((byte) => byte === found[0])).toBe(true);
        }
      }
      await writers;
      const keys = (await store.list('')).map((object) => object.key);
      expect(keys).toEqual([...Array.from({ length: 8 }, (_, i) => `once/${i}`), 'shared']);
    });
  });
}
