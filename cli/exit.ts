/** What the exit codes of `sluice` mean. */
export const EXIT = { done: 0, failed: 1, usage: 2, auditFailed: 3 } as const;

/** Ends a command with a code when all has been said already. */
export class ExitError extends Error {
  override name = 'ExitError';
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}
