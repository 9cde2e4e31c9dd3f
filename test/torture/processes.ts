import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a process, after so many milliseconds. A frozen one goes on when it is told to. */
export type Fate = { readonly kind: 'lives' } | { readonly kind: 'killed' | 'frozen'; readonly after: number };

/** No command takes longer here; one that does is killed, which its fate does not allow for. */
const LONGEST_MS = 120_000;

export interface Ended {
  /** The exit code; null if it was killed. */
  readonly code: number | null;
  readonly err: string;
}

/** A `sluice` command as a process of its own. */
export class Sluice {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  #isFrozen = false;
  #isAwake = false;

  /** @param limit a shell command before it, such as `ulimit -f 8` */
  constructor(script: string, args: readonly string[], warehouse: string, fate: Fate, limit?: string) {
    const env = { ...process.env, SLUICE_WAREHOUSE: warehouse, SLUICE_MEMORY: '400MB' };
    const words = [process.execPath, script, ...args];
    this.#child = limit
      ? spawn('bash', ['-c', `${limit}; exec "$@"`, 'bash', ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] })
      : spawn(words[0]!, words.slice(1), { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    this.#child.stderr!.on('data', (piece) => {
      err += piece;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (code) => resolve({ code, err }));
    });
    if (fate.kind !== 'lives') void this.#meet(fate);
    const hung = setTimeout(() => this.#child.kill('SIGKILL'), LONGEST_MS);
    void this.ended.finally(() => clearTimeout(hung));
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Wakes a frozen process up, for good. */
  wake(): void {
    this.#isAwake = true;
    this.#isFrozen = false;
    this.#child.kill('SIGCONT');
  }

  async #meet({ kind, after }: Exclude<Fate, { kind: 'lives' }>): Promise<void> {
    await sleep(after);
    if (this.#child.exitCode !== null || this.#isAwake) return;
    this.#isFrozen = kind === 'frozen';
    this.#child.kill(kind === 'killed' ? 'SIGKILL' : 'SIGSTOP');
  }
}
