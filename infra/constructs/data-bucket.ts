import { RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

interface DataBucketProps {
  readonly versioned?: boolean;
  readonly lifecycleRules: LifecycleRule[];
  /** Absent: by S3's own, for the bucket of access logs, which S3 cannot deliver under any other. */
  readonly key?: Key;
  readonly accessLogs?: Bucket;
  readonly removalPolicy: RemovalPolicy;
}

/** A bucket as all of a deployment's are: private, encrypted, by TLS only. Uploads that were never finished are dropped. */
export class DataBucket extends Bucket {
  constructor(
    scope: Construct,
    id: string,
    { key, accessLogs, removalPolicy, lifecycleRules, versioned = false }: DataBucketProps,
  ) {
    super(scope, id, {
      versioned,
      lifecycleRules,
      ...(key
        ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      // A Bucket is an IBucket, but not to exactOptionalPropertyTypes.
      ...(accessLogs
        ? { serverAccessLogsBucket: accessLogs as IBucket, serverAccessLogsPrefix: `${id.toLowerCase()}/` }
        : {}),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
  }
}
