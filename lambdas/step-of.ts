import type { Context } from 'aws-lambda';
import { logger } from './telemetry.ts';

/**
 * A function of the state machine: every line it logs says the step and, where it has them, the run, wave and batch; the
 * table, once `logBatch` knows it. What it throws is logged and ends the step.
 */
export function stepOf<T>(step: string, handle: (event: unknown, context: Context) => Promise<T>) {
  return async (event: unknown, context: Context): Promise<T> => {
    logger.addContext(context);
    logger.resetKeys();
    const { run, wave, batch } = (event ?? {}) as Record<string, unknown>;
    logger.appendKeys({ step, run, wave, batch });
    try {
      const result = await handle(event, context);
      logger.info('done', { result: result as object });
      return result;
    } catch (error) {
      logger.error('failed', error as Error);
      throw error;
    }
  };
}
