import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import { CLIENT_SETTINGS } from '../../adapters/aws/client-settings.ts';
import { deployedPlacement } from '../placement.ts';
import { stepOf } from '../step-of.ts';
import { deployedWarehouse } from '../warehouse.ts';
import { planner } from './planner.ts';

const warehouse = await deployedWarehouse();
const placement = deployedPlacement();
const lambda = new LambdaClient(CLIENT_SETTINGS);
let release: Promise<string> | undefined;

/** A version of a function is published by a deployment, and never changed: the time of that orders releases. */
async function publishedAt(version: string): Promise<string> {
  const { LastModified } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: version }));
  return new Date(LastModified!).toISOString();
}

export const handler = stepOf('plan', (event: unknown, context: Context) => {
  release ??= publishedAt(context.invokedFunctionArn);
  return planner({ ...warehouse, placement, release: () => release! })(event);
});
