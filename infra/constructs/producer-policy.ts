import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';

interface ProducerPolicyProps {
  readonly name: string;
  readonly stream: IStream;
  readonly key: IKey;
}

/** For those who send events: puts records into the stream, and reads nothing. */
export class ProducerPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { name, stream, key }: ProducerPolicyProps) {
    super(scope, id, {
      managedPolicyName: accountWideName(scope, `${name}-producer`),
      description: `Sends events to ${name}`,
      statements: [
        new PolicyStatement({
          // The KPL asks for the shards and the summary.
          actions: ['kinesis:PutRecord', 'kinesis:PutRecords', 'kinesis:DescribeStreamSummary', 'kinesis:ListShards'],
          resources: [stream.streamArn],
        }),
        new PolicyStatement({ actions: ['kms:GenerateDataKey'], resources: [key.keyArn] }),
      ],
    });
  }
}
