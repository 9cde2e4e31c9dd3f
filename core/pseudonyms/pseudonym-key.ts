import { PseudonymKeyError } from '../errors.ts';
import { digest } from '../plan/digest.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ValuesRelation } from '../ports/query-engine.ts';

/** Where a warehouse has the key of its pseudonyms. Nothing else has it: no setting, no log, no statement, no commit. */
export const KEY_OBJECT = 'keys/pseudonyms.json';

/** The block of SHA-256, to which HMAC fills a key up with zeros. Bytes. */
const BLOCK = 64;

const WHAT_TO_DO =
  'restore the object from a backup or an older version of it in the bucket; a new key would give everybody other pseudonyms';

/**
 * The relation `pseudonym_key` that SQL reads: one row with the key and the inner and the outer pad of HMAC-SHA256, as hex.
 *
 * @param expected the id of the key that the log names: what is published was made with that one
 * @throws PseudonymKeyError if the key is not there, is damaged or is another one
 */
export async function pseudonymKey(store: ObjectStore, expected: string | undefined): Promise<ValuesRelation> {
  if (expected === undefined) {
    throw new PseudonymKeyError(
      'the log names no key for pseudonyms, because the run began with contracts that need none: start another run',
    );
  }
  const key = await readKey(store);
  const found = keyId(key);
  if (found !== expected) {
    throw new PseudonymKeyError(
      `${KEY_OBJECT} holds the key ${found}, but pseudonyms were made with the key ${expected}: ${WHAT_TO_DO}`,
    );
  }
  const columns = ['inner_key', 'outer_key'];
  return { name: 'pseudonym_key', columns, rows: [[padded(key, 0x36), padded(key, 0x5c)]], isSecret: true };
}

/**
 * The key itself, 32 bytes.
 * @throws PseudonymKeyError if it is not there or damaged
 */
export async function readKey(store: ObjectStore): Promise<Uint8Array> {
  const bytes = await store.get(KEY_OBJECT);
  if (!bytes) throw new PseudonymKeyError(`${KEY_OBJECT}, the key for pseudonyms, is gone: ${WHAT_TO_DO}`);
  const hex = /^\{"format":1,"key":"([0-9a-f]{64})"\}\s*$/.exec(new TextDecoder().decode(bytes))?.[1];
  if (!hex) throw new PseudonymKeyError(`${KEY_OBJECT}, the key for pseudonyms, is damaged: ${WHAT_TO_DO}`);
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

/** Tells keys apart and says nothing of them: a hash of 32 random bytes can be found from no guess. */
export function keyId(key: Uint8Array): string {
  return digest(['id of a pseudonym key', Buffer.from(key).toString('hex')]);
}

function padded(key: Uint8Array, pad: number): string {
  return Buffer.from(Array.from({ length: BLOCK }, (_, i) => (key[i] ?? 0) ^ pad)).toString('hex');
}
