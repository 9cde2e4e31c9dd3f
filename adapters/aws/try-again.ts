import { errorCode, isPassing } from './aws-error.ts';
import type { Pause } from './back-off.ts';

/** How often something is tried that the SDK does not retry by itself. */
export const ATTEMPTS = 6;

/** Tries again what may pass and the SDK has not tried again; what it has tried often enough is not begun anew. */
export async function tryAgain<T>(pause: Pause, attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (attempts === ATTEMPTS || !isLeftToUs(error)) throw error;
      await pause(attempts);
    }
  }
}

/** A conditional write that met another of the same key, or a body that broke off or changed: the SDK retries neither. */
function isLeftToUs(error: unknown): boolean {
  const { $metadata, message } = error as { $metadata?: { attempts?: number }; message?: string };
  if (errorCode(error) === 'ConditionalRequestConflict' || message?.startsWith('Checksum mismatch')) return true;
  return isPassing(error) && ($metadata?.attempts ?? 1) === 1;
}
