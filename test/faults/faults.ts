import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../generator/random.ts';

export class InjectedFault extends Error {
  override name = 'InjectedFault';
}

/** Decides by a seed which operation fails and how, counts what it did, and can be switched off. */
export class Faults {
  on = true;
  /** By kind. */
  readonly injected = new Map<string, number>();
  readonly #random: Random;
  readonly #rate: number;

  /** @param rate share of the operations that something happens to */
  constructor(seed: number, rate: number) {
    this.#random = new Random(seed);
    this.#rate = rate;
  }

  get count(): number {
    return [...this.injected.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What happens to an operation that is about to start: one of `kinds`, or nothing. */
  draw<K extends string>(operation: string, kinds: readonly K[]): K | undefined {
    if (!this.on || !this.#random.chance(this.#rate)) return undefined;
    const kind = this.#random.of(kinds);
    const name = `${operation} ${kind}`;
    this.injected.set(name, (this.injected.get(name) ?? 0) + 1);
    return kind;
  }

  /** A whole number of [0, below). */
  choose(below: number): number {
    return this.#random.between(0, below);
  }

  /** Runs an operation that may fail before it begins, fail after it took effect, or take its time. */
  async around<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const kind = this.draw(operation, ['before', 'after', 'slow']);
    if (kind === 'before') throw new InjectedFault(`${operation} failed before`);
    if (kind === 'slow') await sleep(this.choose(20));
    const result = await work();
    if (kind === 'after') throw new InjectedFault(`${operation} failed after`);
    return result;
  }
}
