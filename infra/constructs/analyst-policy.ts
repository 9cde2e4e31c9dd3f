import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import type { QueryWorkgroup } from './query-workgroup.ts';
import { readLayers } from './read-layers.ts';

interface AnalystPolicyProps {
  readonly name: string;
  readonly workgroup: QueryWorkgroup;
  readonly key: IKey;
  readonly warehouse: Bucket;
  readonly results: Bucket;
}

/** Neither bronze nor the quarantine is among them: they hold records as received, personal data as it came. */
const READABLE = ['silver', 'gold', 'ops'];

/** For those who query: reads the tables, in the analysts' workgroup only, and writes nothing but results. */
export class AnalystPolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { name, workgroup, key, warehouse, results }: AnalystPolicyProps) {
    super(scope, id, {
      managedPolicyName: accountWideName(scope, `${name}-analyst`),
      description: `Queries the silver, gold and ops tables of ${name}`,
    });
    const { partition, region, account } = Stack.of(this);
    const glue = `arn:${partition}:glue:${region}:${account}`;
    const allow = (actions: string[], resources: string[]) =>
      this.addStatements(new PolicyStatement({ actions, resources }));

    allow(
      [
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:GetQueryResultsStream',
        'athena:ListQueryExecutions',
        'athena:GetWorkGroup',
      ],
      [workgroup.workgroupArn],
    );
    allow(
      // What the console shows beside the editor.
      [
        'athena:GetDataCatalog',
        'athena:GetDatabase',
        'athena:ListDatabases',
        'athena:GetTableMetadata',
        'athena:ListTableMetadata',
      ],
      [`arn:${partition}:athena:${region}:${account}:datacatalog/AwsDataCatalog`],
    );
    allow(['athena:ListDataCatalogs', 'athena:ListWorkGroups'], ['*']);
    allow(['glue:GetDatabases'], [`${glue}:catalog`, `${glue}:database/*`]);
    readLayers(this, name, warehouse, READABLE);
    // Athena looks the database `default` up before every query.
    allow(['glue:GetDatabase'], [`${glue}:catalog`, `${glue}:database/default`]);
    allow(['s3:GetBucketLocation'], [warehouse.bucketArn, results.bucketArn]);
    const ownResults = results.arnForObjects('analysts/*');
    this.addStatements(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [results.bucketArn],
        conditions: { StringLike: { 's3:prefix': 'analysts/*' } },
      }),
    );
    allow(['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], [ownResults]);
    allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn]);
    allow(['ssm:GetParameter'], [`arn:${partition}:ssm:${region}:${account}:parameter/sluice/${name}/deployment`]);

    acknowledgeWildcards(
      this,
      ['*', `${glue}:database/*`],
      'What the console lists to choose from: Athena and Glue list names all or none.',
    );
    acknowledgeWildcards(this, [ownResults], 'Athena names results after the id of their query.');
  }
}
