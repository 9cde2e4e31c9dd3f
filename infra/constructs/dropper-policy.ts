import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { REFUSED } from '../../core/ingest/landing-key.ts';
import { accountWideName } from './account-wide-name.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';

interface DropperPolicyProps {
  readonly name: string;
  readonly landing: Bucket;
  readonly key: IKey;
}

/** For those who drop files: puts them into the landing bucket, and reads there which were refused and why. */
export class DropperPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { name, landing, key }: DropperPolicyProps) {
    const files = landing.arnForObjects('*');
    const notes = landing.arnForObjects(`${REFUSED}/*`);
    super(scope, id, {
      managedPolicyName: accountWideName(scope, `${name}-dropper`),
      description: `Drops files for ${name}`,
      statements: [
        new PolicyStatement({ actions: ['s3:PutObject', 's3:AbortMultipartUpload'], resources: [files] }),
        new PolicyStatement({ actions: ['s3:GetObject'], resources: [notes] }),
        new PolicyStatement({
          actions: ['s3:ListBucket'],
          resources: [landing.bucketArn],
          conditions: { StringLike: { 's3:prefix': `${REFUSED}/*` } },
        }),
        // Decrypting is for what comes in parts, and for the notes.
        new PolicyStatement({ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [key.keyArn] }),
      ],
    });
    acknowledgeWildcards(this, [files, notes], 'Whoever drops a file chooses its name, which its note bears, too.');
  }
}
