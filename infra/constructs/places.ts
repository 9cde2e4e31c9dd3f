import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What the `{…}` of `permissions.ts` stand for in a deployment: ARNs, except the two names. */
export interface Places {
  readonly name: string;
  /** The prefix of the Glue databases. */
  readonly databases: string;
  readonly key: string;
  readonly warehouse: string;
  readonly landing: string;
  readonly results: string;
  /** The bucket of the batches of the stream that were given up. */
  readonly givenUp: string;
  readonly stream: string;
  /** The queue of the files that were not taken. */
  readonly refused: string;
  /** The workgroup of the pipeline's own queries. */
  readonly workgroup: string;
}

/**
 * The ARN that a resource of `permissions.ts` means. `{glue}`, `{athena}` and `{lambda}` are that service in the stack's
 * account and region.
 */
export function arnOf(scope: Construct, resource: string, places: Partial<Places>): string {
  const { partition, region, account } = Stack.of(scope);
  return resource.replaceAll(/\{(\w+)\}/g, (_, place: string) => {
    if (['glue', 'athena', 'lambda'].includes(place)) return `arn:${partition}:${place}:${region}:${account}`;
    const value = places[place as keyof Places];
    if (value === undefined) throw new Error(`permissions.ts: ${resource}: ${scope.node.path} is not given {${place}}`);
    return value;
  });
}
