import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { type RunFunctions, runDefinition } from '../state-machine/definition.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import type { SluiceFunction } from './sluice-function.ts';

interface RunMachineProps {
  readonly deployment: Deployment;
  readonly functions: { readonly [F in keyof RunFunctions]: SluiceFunction };
  readonly warehouse: Bucket;
  readonly key: IKey;
}

/** A state machine that does a run: plan, build, publish until nothing is stale. */
export class RunMachine extends StateMachine {
  constructor(scope: Construct, name: string, { deployment, functions, warehouse, key }: RunMachineProps) {
    const stateMachineName = `${deployment.name}-${name}`;
    const id = name[0]!.toUpperCase() + name.slice(1);
    const stack = Stack.of(scope);
    const role = new Role(scope, `${id}Role`, {
      description: `What ${stateMachineName} may do`,
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));

    const versions = Object.values(functions).map((each) => each.allVersionsArn);
    allow(['lambda:InvokeFunction'], versions);
    acknowledgeWildcards(
      role,
      versions,
      'Versions: a run that is going on while newer code is deployed calls those it began with.',
    );

    // The distributed map: its children are executions of the same machine, and read their list from S3.
    const { partition, region, account } = stack;
    const states = `arn:${partition}:states:${region}:${account}`;
    const children = [`${states}:execution:${stateMachineName}/*`, `${states}:execution:${stateMachineName}:*`];
    const lists = warehouse.arnForObjects('runs/*');
    allow(['states:StartExecution'], [`${states}:stateMachine:${stateMachineName}`]);
    allow(['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'], children);
    allow(['s3:GetObject'], [lists]);
    allow(['kms:Decrypt'], [key.keyArn]);
    acknowledgeWildcards(
      role,
      children,
      'Children of a distributed map are named when they start; the machine is named in full.',
    );
    acknowledgeWildcards(role, [lists], 'A list of batches is named after its run and wave.');
    acknowledgeWildcards(
      role,
      ['*'],
      'Delivery of logs and X-Ray know no resources for the actions that CDK adds for them.',
    );

    const arns = Object.entries(functions).map(([key, each]) => [key, each.currentVersion.functionArn]);
    const definition = runDefinition(Object.fromEntries(arns) as unknown as RunFunctions, partition);
    super(scope, id, {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(stack.toJsonString(definition)),
      role,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(scope, `${id}Log`, {
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: deployment.logDays,
          encryptionKey: key,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // Errors that a build passes on may quote a row; every other datum of a run is in the warehouse anyway.
        includeExecutionData: false,
      },
    });
  }
}
