import type { Commit } from '../../core/ledger/commit.ts';
import { applyCommit, emptyState, type LedgerState } from '../../core/ledger/state.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

export const clock = () => '2026-01-02T03:04:05.000Z';

export async function commitsOf(store: ObjectStore): Promise<Commit[]> {
  const keys = (await store.list('log/commits/')).map(({ key }) => key);
  return Promise.all(keys.map(async (key) => JSON.parse(new TextDecoder().decode(await store.get(key))) as Commit));
}

/** The state as the commits alone give it, without checkpoints. */
export async function fullFold(store: ObjectStore): Promise<LedgerState> {
  const state = emptyState();
  for (const commit of await commitsOf(store)) applyCommit(state, commit);
  return state;
}
