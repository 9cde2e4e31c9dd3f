import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';

/**
 * Tells cdk-nag why resources in the policies of `construct` end in a wildcard.
 *
 * cdk-nag names a finding after the resource as it is in the template, which is not known before references to other stacks
 * are resolved: thus during validation, which comes after that and before cdk-nag.
 */
export function acknowledgeWildcards(construct: IConstruct, resources: readonly string[], reason: string): void {
  construct.node.addValidation({
    validate: () => {
      const stack = Stack.of(construct);
      for (const resource of resources) {
        const resolved = flattenCfnReference(stack.resolve(resource));
        if (resolved.includes('*')) {
          Validations.of(construct).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resolved}]`, reason });
        }
      }
      return [];
    },
  });
}
