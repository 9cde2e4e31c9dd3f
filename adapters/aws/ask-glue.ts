import { EngineError } from '../../core/errors.ts';
import { errorCode, isPassing } from './aws-error.ts';

/**
 * Asks Glue for something of a session's tables. What may pass (throttled, a fault of Glue, no answer) is the engine being
 * away, so that the batch is built again; everything else is thrown as it is.
 *
 * @param what is asked, for people: `create table d.t`
 * @throws EngineError `unavailable`
 */
export async function askGlue<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isPassing(error)) throw error;
    throw new EngineError(
      `Glue could not ${what} (${errorCode(error)}): it is asked for too much or is down; run it again later, with fewer batches at once`,
      { statement: what, kind: 'unavailable', cause: error },
    );
  }
}
