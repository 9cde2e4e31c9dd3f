/** An error as Step Functions passes it on. */
export interface Thrown {
  readonly Error: string;
  readonly Cause: string;
}

/** Ends a state, unless the state retries or catches it. */
export class StateError extends Error {
  readonly thrown: Thrown;
  constructor(name: string, cause: string) {
    super(`${name}: ${cause}`);
    this.thrown = { Error: name, Cause: cause };
  }
}

/** Whether a Retry or Catch is for an error. `States.TaskFailed` stands for all but timeouts, `States.ALL` for all but two. */
export function errorMatches(names: readonly string[], error: string): boolean {
  if (names.includes(error)) return true;
  if (error === 'States.DataLimitExceeded' || error === 'States.Runtime') return false;
  return names.includes('States.ALL') || (names.includes('States.TaskFailed') && error !== 'States.Timeout');
}
