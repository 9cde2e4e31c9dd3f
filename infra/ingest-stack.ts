import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { DeadLetterQueue } from './constructs/dead-letter-queue.ts';
import { DropperPolicy } from './constructs/dropper-policy.ts';
import { FileDrop } from './constructs/file-drop.ts';
import { ProducerPolicy } from './constructs/producer-policy.ts';
import { SluiceFunction, type SluiceFunctionProps } from './constructs/sluice-function.ts';
import { StreamSource } from './constructs/stream-source.ts';
import type { StorageStack } from './storage-stack.ts';

interface IngestStackProps extends StackProps, Pick<SluiceFunctionProps, 'deployment' | 'codeOf'> {
  readonly storage: StorageStack;
}

/** The two ways into bronze: a stream, and files dropped into the landing bucket. */
export class IngestStack extends Stack {
  readonly stream: Stream;
  readonly source: StreamSource;
  readonly refused: IQueue;
  readonly functions: { readonly stream: SluiceFunction; readonly drop: SluiceFunction };

  constructor(scope: Construct, id: string, { deployment, codeOf, storage, ...props }: IngestStackProps) {
    super(scope, id, props);
    const { name, stream, removal, batchingWindow, lambda } = deployment;
    const { key, warehouse, landing, givenUp } = storage;

    this.stream = new Stream(this, 'Events', {
      ...(stream.mode === 'provisioned'
        ? { streamMode: StreamMode.PROVISIONED, shardCount: stream.shards }
        : { streamMode: StreamMode.ON_DEMAND }),
      encryption: StreamEncryption.KMS,
      encryptionKey: key,
      // What discovery relies on: STREAM_RETENTION_DAYS in core/bronze is this, and a day for clocks.
      retentionPeriod: Duration.days(7),
      // It holds what was not taken yet.
      removalPolicy: removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    Validations.of(this.stream).acknowledge({
      id: 'AwsSolutions-KDS3',
      reason:
        'Under the deployment’s own key, unlike under aws/kinesis, who may read events is said in its policies, other accounts can produce, and one switch closes all data.',
    });
    this.refused = new DeadLetterQueue(this, 'Refused');

    const { bucketName: SLUICE_WAREHOUSE } = warehouse;
    const shared = {
      deployment,
      codeOf,
      key,
      places: {
        key: key.keyArn,
        warehouse: warehouse.bucketArn,
        landing: landing.bucketArn,
        givenUp: givenUp.bucketArn,
        stream: this.stream.streamArn,
        refused: this.refused.queueArn,
      },
      environment: { SLUICE_WAREHOUSE, SLUICE_LANDING: landing.bucketName },
    };
    this.functions = {
      stream: new SluiceFunction(this, 'stream', shared),
      // Every load commits to the log, one after the other: more at once would mostly wait for each other.
      drop: new SluiceFunction(this, 'drop', {
        ...shared,
        ...(lambda.dropsAtOnce === null ? {} : { reservedConcurrency: lambda.dropsAtOnce }),
      }),
    };
    this.source = new StreamSource(this, 'Source', {
      stream: this.stream,
      target: this.functions.stream,
      failed: givenUp,
      batchingWindow,
    });
    new FileDrop(this, 'FileDrop', { landing, target: this.functions.drop, refused: this.refused });

    const policy = new ProducerPolicy(this, 'ProducerPolicy', { name, stream: this.stream, key });
    const dropping = new DropperPolicy(this, 'DropperPolicy', { name, landing, key });
    new CfnOutput(this, 'DropperPolicyArn', { value: dropping.managedPolicyArn });
    new CfnOutput(this, 'ProducerPolicyArn', { value: policy.managedPolicyArn });
    new CfnOutput(this, 'StreamName', { value: this.stream.streamName });
    new CfnOutput(this, 'LandingBucket', { value: landing.bucketName });
  }
}
