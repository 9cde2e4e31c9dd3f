import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { type GlueTable, glueTable } from '../adapters/aws/glue-table.ts';
import { glueBalanceView } from '../adapters/aws/glue-view.ts';
import type { LoadedProject } from '../adapters/local/project-files.ts';
import { catalogTables } from '../core/catalog/catalog-table.ts';
import { AnalystPolicy } from './constructs/analyst-policy.ts';
import { OperatorPolicy } from './constructs/operator-policy.ts';
import { QueryWorkgroup } from './constructs/query-workgroup.ts';
import type { Deployment } from './deployment.ts';

interface CatalogStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly project: LoadedProject;
  readonly key: IKey;
  readonly warehouse: Bucket;
  readonly results: Bucket;
}

const LAYERS: Readonly<Record<string, string>> = {
  bronze: 'Everything received, as received.',
  silver: 'Sound records, one row for each key and day.',
  quarantine: 'Refused records, with the reasons.',
  gold: 'Tables made for questions.',
  ops: 'Where every record went.',
};

/**
 * What analysts see: databases and tables, a workgroup to query them in, policies to do so. Tables have no partitions here:
 * these are shown as the commit log says, and can be made from it again at any time, so the stack holds no data.
 */
export class CatalogStack extends Stack {
  readonly analysts: QueryWorkgroup;
  readonly analystPolicy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: CatalogStackProps) {
    const { deployment, project, key, warehouse, results, ...stackProps } = props;
    super(scope, id, stackProps);
    const { name, scanLimitBytes } = deployment;
    const places = { warehouse: warehouse.bucketName, databases: name };
    const tables = catalogTables(
      project,
      project.contracts.map(({ entity }) => entity),
    );

    for (const [layer, description] of Object.entries(LAYERS)) {
      const database = new CfnDatabase(this, `Database-${layer}`, {
        catalogId: this.account,
        databaseInput: { name: `${name}_${layer}`, description },
      });
      const described = tables
        .filter(({ table }) => table.startsWith(`${layer}.`))
        .map((table) => glueTable(table, places));
      if (layer === 'ops') described.push(glueBalanceView(tables, places));
      for (const table of described) this.#addTable(database, layer, table);
    }

    this.analysts = new QueryWorkgroup(this, 'Analysts', {
      name: `${name}-analysts`,
      description: 'Queries of people: results and limits are those of the workgroup.',
      results,
      prefix: 'analysts',
      key,
      scanLimitBytes,
      isEnforced: true,
    });
    this.analystPolicy = new AnalystPolicy(this, 'AnalystPolicy', {
      name,
      workgroup: this.analysts,
      key,
      warehouse,
      results,
    });
    const operatorPolicy = new OperatorPolicy(this, 'OperatorPolicy', { name, warehouse });
    new CfnOutput(this, 'AnalystPolicyArn', { value: this.analystPolicy.managedPolicyArn });
    new CfnOutput(this, 'OperatorPolicyArn', { value: operatorPolicy.managedPolicyArn });
    new CfnOutput(this, 'AnalystWorkgroup', { value: this.analysts.workgroupName });
  }

  #addTable(database: CfnDatabase, layer: string, table: GlueTable): void {
    // CloudFormation spells the properties of a table as Glue's API does; CDK's types want them in camel case.
    const resource = new CfnTable(this, `Table-${layer}-${table.Name}`, {
      catalogId: this.account,
      databaseName: database.ref,
      tableInput: {},
    });
    resource.addPropertyOverride('TableInput', table);
  }
}
