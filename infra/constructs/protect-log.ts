import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';

/**
 * Makes S3 itself hold the promise that everything else rests on: a commit, and the key for pseudonyms, once it is there, is
 * not replaced and, unless the deployment is one to be destroyed, not deleted, by nobody in any account. Who must do so
 * nevertheless (to restore a damaged one) changes the policy of the bucket first.
 */
export function protectLog(warehouse: Bucket, { isKept }: { isKept: boolean }): void {
  const forAll = { effect: Effect.DENY, principals: [new AnyPrincipal()] };
  const resources = ['log/commits/*', 'keys/*'].map((objects) => warehouse.arnForObjects(objects));
  warehouse.addToResourcePolicy(
    new PolicyStatement({
      ...forAll,
      sid: 'CommitsAndKeysAreCreatedNotReplaced',
      actions: ['s3:PutObject'],
      resources,
      conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    }),
  );
  if (!isKept) return;
  warehouse.addToResourcePolicy(
    new PolicyStatement({
      ...forAll,
      sid: 'CommitsAndKeysAreNotDeleted',
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
      resources,
    }),
  );
}
