import { atOnce } from '../at-once.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Change, Commit } from './commit.ts';
import { applyCommit, emptyState, type LedgerState, readCheckpoint, writeCheckpoint } from './state.ts';

const COMMITS = 'log/commits/';
const CHECKPOINTS = 'log/checkpoints/';
/** Holds the number of a recent checkpoint. Only a hint: older or absent costs time, never truth. */
const HINT = 'log/checkpoint';
const CHECKPOINT_EVERY = 32;
/** Of a log that may have thousands of commits. */
const READS_AT_ONCE = 32;
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
   * a newer state, whenever somebody else commits first. Returns the state after it. If it throws, the commit may or may
   * not be there: the store could not even be asked. Either way the log is whole.
   *
   * @param by who commits: unique, because it tells a writer's own commit from another's
   */
  async commit(by: string, decide: (state: LedgerState) => Change | undefined): Promise<LedgerState> {
    const state = await this.read();
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const change = decide(state);
      if (!change) return state;
      // The log's time does not go back, though a clock may: retention and queries as of a time rest on it.
      const now = this.#clock();
      const commit: Commit = { format: 1, seq: state.seq + 1, at: now > state.at ? now : state.at, by, ...change };
      if (await this.#create(commit)) {
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
    const state = await this.#fold(before?.key);
    await this.#catchUp(state, seq);
    return state;
  }

  /**
   * Every commit from the first on.
   * @throws Error if one is missing: who acts on part of the log (garbage collection above all) would do damage
   */
  async commits(): Promise<Commit[]> {
    const listed = await this.#store.list(COMMITS);
    const missing = listed.findIndex(({ key }, i) => key !== commitKey(i + 1));
    if (missing !== -1) {
      throw new Error(
        `the log is damaged: ${commitKey(missing + 1)} is missing; restore it from a backup of the warehouse`,
      );
    }
    return atOnce(READS_AT_ONCE, listed, ({ key }) => this.#commit(key));
  }

  /**
   * Whether this commit is in the log. Neither an error nor a refusal says that it is not: the request, or an earlier
   * attempt of the same one, may have come through and only its answer been lost. What is stored decides.
   */
  async #create(commit: Commit): Promise<boolean> {
    const key = commitKey(commit.seq);
    const bytes = encode(JSON.stringify(commit));
    let failure: unknown;
    try {
      if (await this.#store.create(key, bytes)) return true;
    } catch (error) {
      failure = error;
    }
    const stored = await this.#store.get(key);
    if (!stored && failure !== undefined) throw failure;
    return stored !== undefined && decode(stored) === decode(bytes);
  }

  async #checkpoint(): Promise<LedgerState> {
    const hint = await this.#store.get(HINT);
    return this.#fold(hint && checkpointKey(Number(decode(hint))));
  }

  /** The state of a checkpoint. One that is absent or damaged only costs time: the commits from the first on tell the same. */
  async #fold(checkpoint: string | undefined): Promise<LedgerState> {
    const bytes = checkpoint && (await this.#store.get(checkpoint));
    try {
      return bytes ? readCheckpoint(decode(bytes)) : emptyState();
    } catch {
      return emptyState();
    }
  }

  /** Only saves readers time, so a failure is none of the commit, which is in the log already. */
  async #writeCheckpoint(state: LedgerState): Promise<void> {
    try {
      await this.#store.create(checkpointKey(state.seq), encode(writeCheckpoint(state)));
      await this.#store.put(HINT, encode(number(state.seq)));
    } catch {
      // The next one is due after as many commits again.
    }
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
    try {
      return JSON.parse(decode(bytes)) as Commit;
    } catch (cause) {
      throw new Error(`the log is damaged: ${key} is not whole JSON; restore it from a backup of the warehouse`, {
        cause,
      });
    }
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
