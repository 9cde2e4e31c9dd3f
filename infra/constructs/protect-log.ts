import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';

/**
 * Makes S3 itself hold the promise that everything else rests on: a commit, once it is there, is not replaced and, unless the
 * deployment is one to be destroyed, not deleted, by nobody in any account. Who must do so nevertheless (to restore a
 * damaged one) changes the policy of the bucket first.
 */
export function protectLog(warehouse: Bucket, { isKept }: { isKept: boolean }): void {
  const forAll = { effect: Effect.DENY, principals: [new AnyPrincipal()] };
  const resources = [warehouse.arnForObjects('log/commits/*')];
  warehouse.addToResourcePolicy(
    new PolicyStatement({
      ...forAll,
      sid: 'CommitsAreCreatedNotReplaced',
      actions: ['s3:PutObject'],
      resources,
      conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    }),
  );
  if (!isKept) return;
  warehouse.addToResourcePolicy(
    new PolicyStatement({
      ...forAll,
      sid: 'CommitsAreNotDeleted',
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
      resources,
    }),
  );
}
