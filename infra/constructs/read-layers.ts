import { Stack } from 'aws-cdk-lib';
import { type ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';

/** Lets whoever has a policy read the tables of some layers: their descriptions in Glue and their objects, and nothing else. */
export function readLayers(
  policy: ManagedPolicy,
  databases: string,
  warehouse: Bucket,
  layers: readonly string[],
): void {
  const { partition, region, account } = Stack.of(policy);
  const glue = `arn:${partition}:glue:${region}:${account}`;
  const tables = layers.map((layer) => `${glue}:table/${databases}_${layer}/*`);
  const objects = layers.map((layer) => warehouse.arnForObjects(`${layer}/*`));
  policy.addStatements(
    new PolicyStatement({
      actions: [
        'glue:GetDatabase',
        'glue:GetTable',
        'glue:GetTables',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:BatchGetPartition',
      ],
      resources: [`${glue}:catalog`, ...layers.map((layer) => `${glue}:database/${databases}_${layer}`), ...tables],
    }),
    new PolicyStatement({ actions: ['s3:GetObject'], resources: objects }),
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [warehouse.bucketArn],
      conditions: { StringLike: { 's3:prefix': layers.map((layer) => `${layer}/*`) } },
    }),
  );
  acknowledgeWildcards(
    policy,
    [...tables, ...objects],
    'All tables of the layers that the policy is for, and only those layers.',
  );
}
