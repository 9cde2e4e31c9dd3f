import { ConfigurationError } from '../core/errors.ts';

/**
 * A setting of a function, from its environment.
 * @throws ConfigurationError if the deployment does not give it
 */
export function setting(name: `SLUICE_${string}`): string {
  const value = process.env[name];
  if (!value) throw new ConfigurationError(`${name} is not set: deploy the function by \`npx cdk deploy\``);
  return value;
}

/** A whole number from 1. */
export function wholeSetting(name: `SLUICE_${string}`): number {
  const value = Number(setting(name));
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new ConfigurationError(`${name}: expected a whole number from 1, found '${process.env[name]}'`);
  }
  return value;
}
