import { Stack } from 'aws-cdk-lib';
import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

interface QueryWorkgroupProps {
  readonly name: string;
  readonly description: string;
  readonly results: Bucket;
  /** Where in the bucket of results. */
  readonly prefix: string;
  readonly key: IKey;
  /** A query that would scan more is cut off. */
  readonly scanLimitBytes: number;
  /** Whether the settings hold whatever a query says. Athena then refuses a CTAS that says where its table lies. */
  readonly isEnforced: boolean;
}

/** A workgroup in Athena with results of its own, encrypted, and a bound on what one query can cost. */
export class QueryWorkgroup extends Construct {
  readonly workgroupName: string;
  readonly workgroupArn: string;

  constructor(scope: Construct, id: string, props: QueryWorkgroupProps) {
    super(scope, id);
    const { name, description, results, prefix, key, scanLimitBytes, isEnforced } = props;
    const workgroup = new CfnWorkGroup(this, 'Workgroup', {
      name,
      description,
      // What remains in it are the names of queries that ran; without this a workgroup with a history cannot be deleted.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: isEnforced,
        bytesScannedCutoffPerQuery: scanLimitBytes,
        publishCloudWatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${results.bucketName}/${prefix}/`,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn },
          expectedBucketOwner: Stack.of(this).account,
        },
      },
    });
    this.workgroupName = workgroup.ref;
    this.workgroupArn = Stack.of(this).formatArn({ service: 'athena', resource: 'workgroup', resourceName: name });
  }
}
