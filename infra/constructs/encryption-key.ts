import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * The key of everything that a deployment stores. Who may use it is said in IAM policies, except for the two services that
 * come on nobody's behalf: logs, for the groups of this deployment, and alarms, for its topic.
 */
export class EncryptionKey extends Key {
  constructor(scope: Construct, id: string, { name, removalPolicy }: { name: string; removalPolicy: RemovalPolicy }) {
    super(scope, id, { description: `Data and logs of ${name}`, enableKeyRotation: true, removalPolicy });
    const { partition, region, account } = Stack.of(this);
    const groups = ['/aws/lambda/', '/aws/vendedlogs/states/'].map(
      (folder) => `arn:${partition}:logs:${region}:${account}:log-group:${folder}${name}-*`,
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogsOfThisDeployment',
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
  }
}
