/**
 * The name of a deployment is part of every name that others see: databases, stacks, functions. It is letters and digits only,
 * so that no deployment's `name_*` covers another's.
 */
export const DEPLOYMENT_NAME = {
  pattern: /^[a-z][a-z0-9]{0,19}$/,
  expected: 'expected at most 20 lower-case letters and digits, a letter first',
} as const;
