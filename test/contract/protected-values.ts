import { createHmac } from 'node:crypto';
import type { Contract } from '../../core/contract/contract.ts';
import { protectionOf } from '../../core/contract/protection.ts';
import { KEY_OBJECT, keyId, pseudonymKey } from '../../core/pseudonyms/pseudonym-key.ts';
import { MemoryStore } from '../ports/memory-store.ts';

/** The key of these tests, 32 bytes. */
export const KEY = new Uint8Array(
  Buffer.from('0f1e2d3c4b5a69788796a5b4c3d2e1f00123456789abcdef0123456789abcdef', 'hex'),
);

/** The relation `pseudonym_key` of that key. */
export async function keyRelation() {
  const store = new MemoryStore();
  await store.put(KEY_OBJECT, new TextEncoder().encode(keyFile(KEY)));
  return pseudonymKey(store, keyId(KEY));
}

export function keyFile(key: Uint8Array): string {
  return `{"format":1,"key":"${Buffer.from(key).toString('hex')}"}\n`;
}

export function hmac(text: string): string {
  return createHmac('sha256', KEY).update(text).digest('hex');
}

/** A row of silver as it is kept, of one whose fields have the values that were sent. */
export function kept<R extends Readonly<Record<string, string | null>>>(
  { fields }: Contract,
  row: R,
  payload: string,
  bare: boolean,
): R {
  const hashed = Object.entries(fields)
    .filter(([name, field]) => protectionOf(field) === 'keyed-hash' && typeof row[name] === 'string')
    .map(([name]) => [name, hmac(row[name]!)]);
  const isProtected = Object.values(fields).some((field) => protectionOf(field) === 'keyed-hash');
  return { ...row, ...(isProtected && bare ? { id: hmac(payload) } : {}), ...Object.fromEntries(hashed) };
}
