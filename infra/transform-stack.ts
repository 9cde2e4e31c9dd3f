import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { CatalogStack } from './catalog-stack.ts';
import { DeadLetterQueue } from './constructs/dead-letter-queue.ts';
import { QueryWorkgroup } from './constructs/query-workgroup.ts';
import { RunMachine } from './constructs/run-machine.ts';
import { Schedules } from './constructs/schedules.ts';
import { SluiceFunction, type SluiceFunctionProps } from './constructs/sluice-function.ts';
import type { FunctionName } from './permissions.ts';
import type { StorageStack } from './storage-stack.ts';

interface TransformStackProps extends StackProps, Pick<SluiceFunctionProps, 'deployment' | 'codeOf'> {
  readonly storage: StorageStack;
  readonly catalog: CatalogStack;
}

type TransformFunction = Exclude<FunctionName, 'stream' | 'drop'>;

/** Everything from bronze to gold: the functions of a run, the two state machines that call them, and when. */
export class TransformStack extends Stack {
  readonly functions: Readonly<Record<TransformFunction, SluiceFunction>>;
  readonly daily: RunMachine;
  readonly backfill: RunMachine;
  readonly missed: IQueue;
  readonly pipeline: QueryWorkgroup;

  constructor(scope: Construct, id: string, { deployment, codeOf, storage, catalog, ...props }: TransformStackProps) {
    super(scope, id, props);
    const { name } = deployment;
    const { key, warehouse, landing, results, givenUp } = storage;
    this.pipeline = new QueryWorkgroup(this, 'Pipeline', {
      name: `${name}-pipeline`,
      description: 'Queries of runs: builds and their audits.',
      results,
      prefix: 'pipeline',
      key,
      scanLimitBytes: deployment.scanLimitBytes,
      isEnforced: false,
    });

    const shared: SluiceFunctionProps = {
      deployment,
      codeOf,
      key,
      places: {
        key: key.keyArn,
        warehouse: warehouse.bucketArn,
        results: results.bucketArn,
        workgroup: this.pipeline.workgroupArn,
      },
      environment: {
        SLUICE_WAREHOUSE: warehouse.bucketName,
        SLUICE_DATABASES: name,
        SLUICE_WORKGROUP: this.pipeline.workgroupName,
        SLUICE_ENGINE: deployment.engine,
        SLUICE_LAMBDA_BYTES: `${deployment.lambda.bytes}`,
        SLUICE_RETENTION_DAYS: `${deployment.retentionDays}`,
      },
    };
    const add = (each: TransformFunction) => new SluiceFunction(this, each, shared);
    this.functions = {
      discover: add('discover'),
      plan: add('plan'),
      build: add('build'),
      query: add('query'),
      publish: add('publish'),
      finish: add('finish'),
      collect: add('collect'),
    };
    // Two machines, so that a backfill never delays a daily run; what both do, both do the same way.
    const { collect, ...functions } = this.functions;
    const machine = { deployment, functions, warehouse, key };
    this.daily = new RunMachine(this, 'daily', machine);
    this.backfill = new RunMachine(this, 'backfill', machine);
    this.missed = new DeadLetterQueue(this, 'Missed');
    new Schedules(this, 'Schedules', { deployment, daily: this.daily, collect, missed: this.missed });

    new StringParameter(this, 'Deployment', {
      parameterName: `/sluice/${name}/deployment`,
      description: `Where the command line finds ${name}`,
      stringValue: this.toJsonString({
        warehouse: warehouse.bucketName,
        landing: landing.bucketName,
        results: results.bucketName,
        givenUp: givenUp.bucketName,
        databases: name,
        workgroup: catalog.analysts.workgroupName,
        daily: this.daily.stateMachineArn,
        backfill: this.backfill.stateMachineArn,
        region: this.region,
      }),
    });
    new CfnOutput(this, 'DailyMachine', { value: this.daily.stateMachineArn });
    new CfnOutput(this, 'BackfillMachine', { value: this.backfill.stateMachineArn });
  }
}
