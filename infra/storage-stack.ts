import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket, CfnBucket, LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledgeProvider } from './constructs/acknowledge-provider.ts';
import { DataBucket } from './constructs/data-bucket.ts';
import { EncryptionKey } from './constructs/encryption-key.ts';
import { protectLog } from './constructs/protect-log.ts';
import type { Deployment } from './deployment.ts';

interface StorageStackProps extends StackProps {
  readonly deployment: Deployment;
}

const UNFINISHED: LifecycleRule = { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(2) };

/** The key and the buckets. Nothing of it goes when the stack is deleted, unless both locks say so. */
export class StorageStack extends Stack {
  readonly key: Key;
  /** Every layer, the commit log, and the files of runs. */
  readonly warehouse: Bucket;
  /** Where files are dropped. */
  readonly landing: Bucket;
  /** Of queries in Athena. */
  readonly results: Bucket;
  /** Batches of the stream that were given up, below aws/lambda/. */
  readonly givenUp: Bucket;

  constructor(scope: Construct, id: string, { deployment, ...props }: StorageStackProps) {
    super(scope, id, props);
    const { name, removal, retentionDays, logDays } = deployment;
    const removalPolicy = removal === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const key = new EncryptionKey(this, 'Key', { name, removalPolicy });

    const accessLogs = new DataBucket(this, 'AccessLogs', {
      removalPolicy,
      lifecycleRules: [UNFINISHED, { id: 'old-logs', expiration: Duration.days(logDays) }],
    });
    const base = { key, accessLogs, removalPolicy };

    // No rule by age for data: only the collector knows what is still published. Versions undo an accident, its own
    // included. Of a run that is over, its files only tell how it went.
    const warehouse = new DataBucket(this, 'Warehouse', {
      ...base,
      versioned: true,
      lifecycleRules: [
        UNFINISHED,
        { id: 'old-runs', prefix: 'runs/', expiration: Duration.days(90) },
        {
          id: 'deleted',
          noncurrentVersionExpiration: Duration.days(retentionDays),
          expiredObjectDeleteMarker: true,
        },
        // What builds by Athena prepared, and the key of the pseudonyms where they needed it: nobody restores that.
        { id: 'deleted-staging', prefix: 'tmp/', noncurrentVersionExpiration: Duration.days(1) },
      ],
    });
    protectLog(warehouse, { isKept: removal === 'retain' });
    this.warehouse = warehouse;
    const landing = new DataBucket(this, 'Landing', { ...base, lifecycleRules: [UNFINISHED] });
    // By CloudFormation itself: CDK's `eventBridgeEnabled` would deploy a function of its own to set this.
    (landing.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    this.landing = landing;
    this.results = new DataBucket(this, 'Results', {
      ...base,
      lifecycleRules: [UNFINISHED, { id: 'old-results', expiration: Duration.days(7) }],
    });
    // What made the warehouse refuse a batch, its policy or the key, must not make this one refuse it: under S3's own key.
    this.givenUp = new DataBucket(this, 'GivenUp', { accessLogs, removalPolicy, lifecycleRules: [UNFINISHED] });
    this.key = key;
    if (removal === 'destroy') acknowledgeProvider(this);
  }
}
