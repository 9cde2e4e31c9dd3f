/** A mistake of the person at the keyboard: a wrong path, name or option. Shown without a stack trace; exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A contract, model or setting that cannot be used. Names the file, the field and what was expected; exit code 2. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
}

/** An engine refused or failed a statement. `cause` is the engine's own error. */
export class EngineError extends Error {
  override name = 'EngineError';
  /** The SQL. */
  readonly statement: string;
  /** The statement is wrong as such (its syntax, a name, a type): it fails whatever data it reads. */
  readonly forAnyData: boolean;
  constructor(
    message: string,
    { statement, forAnyData, cause }: { statement: string; forAnyData: boolean; cause: unknown },
  ) {
    super(message, { cause });
    this.statement = statement;
    this.forAnyData = forAnyData;
  }
}

/** The warehouse does not take what is written: full, read-only, not allowed. Says where and what to do; exit code 1. */
export class StorageError extends Error {
  override name = 'StorageError';
}

/** What was written waited so long for its commit that garbage collection may take it: it is not committed any more. */
export class TooLateError extends Error {
  override name = 'TooLateError';
}
