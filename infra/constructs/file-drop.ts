import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnEventInvokeConfig, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { REFUSED } from '../../core/ingest/landing-key.ts';

interface FileDropProps {
  readonly landing: Bucket;
  readonly target: IFunction;
  /** Takes the events of files that were not taken. */
  readonly refused: IQueue;
}

const GIVE_UP_AFTER = Duration.hours(6);

/** Calls a function for every object that appears in a bucket; after bounded retries its event goes to the queue. */
export class FileDrop extends Construct {
  constructor(scope: Construct, id: string, { landing, target, refused }: FileDropProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: 'Files dropped for ingestion',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [landing.bucketName] },
          // The function's own notes.
          object: { key: [{ 'anything-but': { prefix: `${REFUSED}/` } }] },
        },
      },
      // Two ways to fail: the event does not reach the function …
      targets: [
        new LambdaFunction(target, { deadLetterQueue: refused, retryAttempts: 20, maxEventAge: GIVE_UP_AFTER }),
      ],
    });
    // … or the function fails on it.
    new CfnEventInvokeConfig(this, 'Retries', {
      functionName: target.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: GIVE_UP_AFTER.toSeconds(),
      destinationConfig: { onFailure: { destination: refused.queueArn } },
    });
  }
}
