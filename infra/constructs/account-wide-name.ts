import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * A name for what an account has once in all its regions, such as policies and dashboards: with the region in it, so that a
 * deployment can have the same name in another.
 */
export function accountWideName(scope: Construct, name: string): string {
  return `${name}-${Stack.of(scope).region}`;
}
