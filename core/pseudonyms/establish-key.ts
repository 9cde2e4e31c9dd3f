import { randomBytes } from 'node:crypto';
import type { CommitLog } from '../ledger/commit-log.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { KEY_OBJECT, keyId, readKey } from './pseudonym-key.ts';

/**
 * Makes the key of a warehouse, once, and commits its id; of several who do at once one makes it and one commits. From then
 * on the log says which key it is, so that none can take its place: does it get lost, builds fail until it is restored.
 */
export async function establishPseudonymKey(store: ObjectStore, log: CommitLog, by: string): Promise<void> {
  if ((await log.read()).pseudonymKey !== undefined) return;
  const key = randomBytes(32).toString('hex');
  await store.create(KEY_OBJECT, new TextEncoder().encode(`{"format":1,"key":"${key}"}\n`));
  // Whoever made it, and whether or not the store has said so.
  const id = keyId(await readKey(store));
  await log.commit(by, ({ pseudonymKey }) => (pseudonymKey === undefined ? { pseudonymKey: id } : undefined));
}
