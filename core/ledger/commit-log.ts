import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Change, Commit } from './commit.ts';
import { applyCommit, emptyState, type LedgerState, readCheckpoint, writeCheckpoint } from './state.ts';

const COMMITS = 'log/commits/';
const CHECKPOINTS = 'log/checkpoints/';
/** Holds the number of a recent checkpoint. Only a hint: older or absent costs time, never truth. */
const HINT = 'log/checkpoint';
const CHECKPOINT_EVERY = 32;
/** Each lost race means that somebody else got on; losing this often in a row means that something is wrong. */
const ATTEMPTS = 1000;

/**
 * The append-only commit log of a warehouse: the only truth about what is published. Creating the next numbered object
 * exclusively is the compare-and-swap: who loses reads on and decides again.
 */
export class CommitLog {
  readonly #store: ObjectStore;
  readonly #clock: Clock;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The state after the newest commit. */
  async read(): Promise<LedgerState> {
    const state = await this.#checkpoint();
    await this.#catchUp(state);
    return state;
  }

  /**
   * Commits what `decide` makes of the newest state, or nothing if it gives undefined. `decide` may be called again, with
   * a newer state, whenever somebody else commits first. Returns the state after it.
   */
  async commit(by: string, decide: (state: LedgerState) => Change | undefined): Promise<LedgerState> {
    const state = await this.read();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const change = decide(state);
      if (!change) return state;
      const commit: Commit = { format: 1, seq: state.seq + 1, at: this.#clock(), by, ...change };
      if (await this.#store.create(commitKey(commit.seq), encode(JSON.stringify(commit)))) {
        applyCommit(state, commit);
        if (state.seq % CHECKPOINT_EVERY === 0) await this.#writeCheckpoint(state);
        return state;
      }
      await this.#catchUp(state);
    }
    throw new Error(`gave up committing for ${by}: ${ATTEMPTS} times another writer was first; run it again`);
  }

  /** The state after commit `seq`. */
  async readAsOf(seq: number): Promise<LedgerState> {
    const before = (await this.#store.list(CHECKPOINTS)).filter(({ key }) => key <= checkpointKey(seq)).at(-1);
    const bytes = before && (await this.#store.get(before.key));
    const state = bytes ? readCheckpoint(decode(bytes)) : emptyState();
    await this.#catchUp(state, seq);
    return state;
  }

  /** Every commit from the first on. */
  async commits(): Promise<Commit[]> {
    const listed = await this.#store.list(COMMITS);
    return Promise.all(listed.map(({ key }) => this.#commit(key)));
  }

  async #checkpoint(): Promise<LedgerState> {
    const hint = await this.#store.get(HINT);
    const bytes = hint && (await this.#store.get(checkpointKey(Number(decode(hint)))));
    return bytes ? readCheckpoint(decode(bytes)) : emptyState();
  }

  async #writeCheckpoint(state: LedgerState): Promise<void> {
    await this.#store.create(checkpointKey(state.seq), encode(writeCheckpoint(state)));
    await this.#store.put(HINT, encode(number(state.seq)));
  }

  async #catchUp(state: LedgerState, upTo = Number.POSITIVE_INFINITY): Promise<void> {
    for (const { key } of await this.#store.list(COMMITS, commitKey(state.seq))) {
      if (state.seq >= upTo) return;
      applyCommit(state, await this.#commit(key));
    }
  }

  async #commit(key: string): Promise<Commit> {
    const bytes = await this.#store.get(key);
    if (!bytes)
      throw new Error(`commit ${key} is listed but cannot be read: the warehouse is damaged or being deleted`);
    return JSON.parse(decode(bytes)) as Commit;
  }
}

function commitKey(seq: number): string {
  return `${COMMITS}${number(seq)}.json`;
}

function checkpointKey(seq: number): string {
  return `${CHECKPOINTS}${number(seq)}.json`;
}

/** Ten digits, so that the order of keys is the order of commits. */
function number(seq: number): string {
  return String(seq).padStart(10, '0');
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
