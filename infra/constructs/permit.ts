import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Statement } from '../permissions.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { arnOf, type Places } from './places.ts';

/** Lets a role do what some statements say. A wildcard among their resources is acknowledged with the statement's reason. */
export function permit(role: Role, statements: readonly Statement[], places: Partial<Places>): void {
  for (const { actions, resources, why } of statements) {
    const arns = resources.map((resource) => arnOf(role, resource, places));
    role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: arns }));
    if (why) acknowledgeWildcards(role, arns, why);
  }
}
