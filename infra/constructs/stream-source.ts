import { Duration } from 'aws-cdk-lib';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { EventSourceMapping, type IFunction, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/**
 * The function takes its time to report a batch that storage refuses (lambdas/bronze/pace-failures.ts): more than a minute, so
 * that this is most of a day. A record that crashes the function comes so often, too, alone in the end, and its shard waits.
 */
const TRIES_AGAIN = 900;

interface StreamSourceProps {
  readonly stream: IStream;
  readonly target: IFunction;
  /** Takes the batches that were given up, whole, below aws/lambda/ (Lambda has no other place in a bucket for them). */
  readonly failed: Bucket;
  /** Seconds. */
  readonly batchingWindow: number;
}

/**
 * Feeds a function from a stream so that nothing waits for ever and nothing is lost: a batch that fails is halved until the
 * record to blame is alone, tried a bounded number of times, then put aside, a day before the stream would drop it.
 */
export class StreamSource extends EventSourceMapping {
  constructor(scope: Construct, id: string, { stream, target, failed, batchingWindow }: StreamSourceProps) {
    super(scope, id, {
      eventSourceArn: stream.streamArn,
      target,
      startingPosition: StartingPosition.TRIM_HORIZON,
      // The most that Lambda takes. A batch ends earlier at 6 MB or with the window.
      batchSize: 10_000,
      maxBatchingWindow: Duration.seconds(batchingWindow),
      // Where the function crashes. What it reports as not written, from the first record on, is delivered again whole.
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: TRIES_AGAIN,
      maxRecordAge: Duration.days(6),
      // The function's role is allowed to put there by permissions.ts.
      onFailure: { bind: () => ({ destination: failed.bucketArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
  }
}
