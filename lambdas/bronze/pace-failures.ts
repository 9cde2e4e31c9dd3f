import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';

/** Left for the answer. */
const MARGIN_MS = 10_000;

/**
 * A consumer of the stream that takes its time to report a failure: Lambda delivers a batch again at once, and only so often.
 * A refusal that the SDK does not retry (access denied, a disabled key) would use up all tries within minutes.
 *
 * @param wait milliseconds
 */
export function paced(
  handle: (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse>,
  wait: (milliseconds: number) => Promise<unknown>,
) {
  return async (
    event: KinesisStreamEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<KinesisStreamBatchResponse> => {
    const response = await handle(event);
    if (response.batchItemFailures.length > 0) {
      const left = Math.max(0, context.getRemainingTimeInMillis() - MARGIN_MS);
      // Not all of it: shards that were refused together do not come back together.
      await wait(left * (0.75 + Math.random() / 4));
    }
    return response;
  };
}
