import type { AppProps } from 'aws-cdk-lib';

/** How CDK behaves where it has changed its mind: the newer way, wherever it matters here. */
export const appSettings = {
  analyticsReporting: false,
  postCliContext: {
    // Access logs are delivered by a bucket policy, as the bucket has no ACLs.
    '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
    '@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope': true,
    '@aws-cdk/aws-lambda:recognizeVersionProps': true,
    // A stack that others read from cannot take that away from under them.
    '@aws-cdk/core:defaultCrossStackReferences': 'strong',
    '@aws-cdk/core:target-partitions': ['aws'],
  },
} as const satisfies AppProps;
