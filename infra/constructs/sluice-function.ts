import { ArnFormat, Duration, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, type Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import { functions } from '../functions.ts';
import { type FunctionName, permissions } from '../permissions.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { permit } from './permit.ts';
import type { Places } from './places.ts';

/** Where a function's code is: the folder of its asset, and the file in it. */
export interface FunctionCode {
  readonly code: Code;
  /** `<file>.handler` */
  readonly handler: string;
}

export interface SluiceFunctionProps {
  readonly deployment: Deployment;
  readonly codeOf: (name: FunctionName) => FunctionCode;
  readonly key: IKey;
  /** What its permissions are about, and its environment says. */
  readonly places: Partial<Places>;
  /** Names of buckets and such, for the environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
}

/**
 * A function as `functions.ts` and `permissions.ts` describe it, with a log group and a role of its own. Versions are kept
 * when newer code is deployed: a run that is going on stays with the code it began with.
 */
export class SluiceFunction extends LambdaFunction {
  constructor(scope: Construct, name: FunctionName, props: SluiceFunctionProps) {
    const { deployment, codeOf, key, places, environment, reservedConcurrency } = props;
    const spec = functions[name];
    const functionName = `${deployment.name}-${name}`;
    const id = name[0]!.toUpperCase() + name.slice(1);
    const logGroup = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: deployment.logDays,
      encryptionKey: key,
      // Logs end by themselves; one left behind would be in the way of the next deployment of the same name.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      description: `What ${functionName} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    permit(role, permissions[name], { ...places, name: deployment.name, databases: deployment.name });
    logGroup.grantWrite(role);
    acknowledgeWildcards(role, ['*'], 'X-Ray knows no resources for the two actions by which traces are sent.');

    super(scope, id, {
      ...codeOf(name),
      functionName,
      description: `Sluice ${deployment.name}: ${spec.entry}`,
      role,
      logGroup,
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      memorySize: spec.memory === 'build' ? deployment.lambda.memoryMegabytes : spec.memory,
      ephemeralStorageSize: Size.mebibytes(spec.scratch),
      timeout: Duration.seconds(spec.timeout),
      tracing: Tracing.ACTIVE,
      environment: {
        POWERTOOLS_SERVICE_NAME: 'sluice',
        POWERTOOLS_METRICS_NAMESPACE: 'Sluice',
        SLUICE_NAME: deployment.name,
        ...settings(name, environment),
        ...(spec.node ? { NODE_OPTIONS: spec.node } : {}),
      },
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-L1',
      reason:
        'Node.js 22 is a supported LTS runtime. What writes data changes its runtime on purpose, after the tests have run on it, not because CDK has learned of a newer one.',
    });
  }

  /** Every version of it: those that runs going on may still call. */
  get allVersionsArn(): string {
    return Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: `${this.physicalName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}

function settings(name: FunctionName, environment: Readonly<Record<string, string>>): Record<string, string> {
  const wanted = ['WAREHOUSE', ...functions[name].environment].map((setting) => `SLUICE_${setting}`);
  return Object.fromEntries(
    wanted.map((variable) => {
      const value = environment[variable];
      if (value === undefined)
        throw new Error(`functions.ts: ${name} wants ${variable}, which its stack does not give`);
      return [variable, value];
    }),
  );
}
