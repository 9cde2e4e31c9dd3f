import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PseudonymKeyError } from '../../core/errors.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { readCheckpoint, writeCheckpoint } from '../../core/ledger/state.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { establishPseudonymKey } from '../../core/pseudonyms/establish-key.ts';
import { KEY_OBJECT, keyId, pseudonymKey, readKey } from '../../core/pseudonyms/pseudonym-key.ts';
import { KEY, keyFile } from '../contract/protected-values.ts';
import { MemoryStore } from '../ports/memory-store.ts';

const logOf = (store: ObjectStore) => new CommitLog(store, () => '2026-01-01T00:00:00.000Z');
const encode = (text: string) => new TextEncoder().encode(text);

describe('the key for pseudonyms', () => {
  it('is made once, and the log has its id', async () => {
    const store = new MemoryStore();
    await establishPseudonymKey(store, logOf(store), 'run-1');
    const key = await readKey(store);
    await establishPseudonymKey(store, logOf(store), 'run-2');
    expect(await readKey(store)).toEqual(key);
    expect(key).toHaveLength(32);
    const { seq, pseudonymKey: id } = await logOf(store).read();
    expect([seq, id]).toEqual([1, keyId(key)]);
  });

  it('is the same for all who begin at once', async () => {
    const store = new MemoryStore();
    const runs = Array.from({ length: 20 }, (_, i) => `run-${i}`);
    await Promise.all(runs.map((run) => establishPseudonymKey(store, logOf(store), run)));
    const { seq, pseudonymKey: id } = await logOf(store).read();
    expect([seq, id]).toEqual([1, keyId(await readKey(store))]);
  });

  it('is taken over from a run that died before its commit, or was not told that it had made it', async () => {
    const store = new MemoryStore();
    await store.create(KEY_OBJECT, encode(keyFile(KEY)));
    await establishPseudonymKey(store, logOf(store), 'run-1');
    expect((await logOf(store).read()).pseudonymKey).toBe(keyId(KEY));
  });

  it('has an id that a checkpoint keeps and later commits do not change', async () => {
    const store = new MemoryStore();
    const log = logOf(store);
    await establishPseudonymKey(store, log, 'run-1');
    const state = await log.commit('run-2', () => ({ retire: [] }));
    expect(state.pseudonymKey).toBe(keyId(await readKey(store)));
    expect(readCheckpoint(writeCheckpoint(state)).pseudonymKey).toBe(state.pseudonymKey);
  });

  it('comes with its pads, as HMAC wants it, and as a secret', async () => {
    const store = new MemoryStore();
    await store.put(KEY_OBJECT, encode(keyFile(KEY)));
    const { isSecret, rows } = await pseudonymKey(store, keyId(KEY));
    expect(isSecret).toBe(true);
    const [inner, outer] = rows[0]!.map((hex) => [...Buffer.from(hex, 'hex')]);
    const block = [...KEY, ...new Uint8Array(32)];
    expect(inner).toEqual(block.map((byte) => byte ^ 0x36));
    expect(outer).toEqual(block.map((byte) => byte ^ 0x5c));
  });

  it('is not replaced when it is gone, another or damaged, and what is said then does not tell it', async () => {
    const store = new MemoryStore();
    const log = logOf(store);
    await establishPseudonymKey(store, log, 'run-1');
    const { pseudonymKey: id } = await log.read();
    const hex = Buffer.from(await readKey(store)).toString('hex');
    const damages: [string, string | undefined][] = [
      ['is gone: restore the object', undefined],
      [`holds the key ${keyId(KEY)}, but pseudonyms were made with the key ${id}`, keyFile(KEY)],
      ['is damaged: restore the object', `{"format":1,"key":"${hex.slice(1)}"}`],
      ['is damaged', ''],
    ];
    for (const [message, content] of damages) {
      if (content === undefined) await store.delete([KEY_OBJECT]);
      else await store.put(KEY_OBJECT, encode(content));
      await establishPseudonymKey(store, log, 'run-2');
      const error = await pseudonymKey(store, id).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(PseudonymKeyError);
      expect((error as Error).message).toContain(message);
      expect(inspect(error)).not.toContain(hex.slice(1, 20));
      const left = await store.get(KEY_OBJECT);
      expect(left && new TextDecoder().decode(left)).toBe(content);
    }
    await expect(pseudonymKey(store, undefined)).rejects.toThrow('start another run');
  });
});
