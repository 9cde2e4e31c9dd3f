import { isPassing } from './aws-error.ts';

export type Pause = (milliseconds: number) => Promise<void>;

const TRIES = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

/**
 * Calls again what failed for the moment, on top of the quick retries of the SDK: a full queue of queries takes longer to
 * drain than those wait. Waits a minute in all, at most.
 *
 * @param pause waits; may throw instead, to give up early
 * @param givingUp the error to throw when no try is left
 */
export async function whenPassing<T>(
  call: () => Promise<T>,
  { pause, givingUp }: { readonly pause: Pause; readonly givingUp: (cause: unknown) => Error },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (attempt === TRIES) throw givingUp(error);
    }
    const most = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
    await pause(most * (0.5 + Math.random() / 2));
  }
}
