import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';
import { readLayers } from './read-layers.ts';

interface OperatorPolicyProps {
  readonly name: string;
  readonly warehouse: Bucket;
}

/**
 * For those who find out why records were refused, beside the analysts' policy: reads the quarantine, which holds records as
 * they were received, personal data as it came.
 */
export class OperatorPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { name, warehouse }: OperatorPolicyProps) {
    super(scope, id, {
      managedPolicyName: accountWideName(scope, `${name}-operator`),
      description: `Reads the quarantine of ${name}, with records as received; to be added to ${name}-analyst`,
    });
    readLayers(this, name, warehouse, ['quarantine']);
  }
}
