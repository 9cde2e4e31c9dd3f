/** A mistake of the person at the keyboard: a wrong path, name or option. Shown without a stack trace; exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A contract, model or setting that cannot be used. Names the file, the field and what was expected; exit code 2. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
}

/**
 * Why an engine did not run a statement, which decides what to do about it. `statement`: it is wrong as such (its syntax, a
 * name, a type), whatever data it reads. `data`: some value cannot be computed. `exhausted`: too much for the engine's memory
 * or bounds at once. `unavailable`: the engine was throttled or down, after all retries. `cancelled`: somebody stopped it.
 */
export type EngineErrorKind = 'statement' | 'data' | 'exhausted' | 'unavailable' | 'cancelled';

/** An engine refused or failed a statement. `cause` is the engine's own error. */
export class EngineError extends Error {
  override name = 'EngineError';
  /** The SQL. */
  readonly statement: string;
  readonly kind: EngineErrorKind;
  constructor(
    message: string,
    { statement, kind, cause }: { statement: string; kind: EngineErrorKind; cause?: unknown },
  ) {
    super(message, { cause });
    this.statement = statement;
    this.kind = kind;
  }

  /** Whether the same for fewer days may succeed, or at least tell which day is to blame. */
  get isWorthSplitting(): boolean {
    return this.kind === 'data' || this.kind === 'exhausted';
  }
}

/**
 * A statement goes on, elsewhere, longer than this process may live: no failure. The session of the same id, opened again,
 * finds it where it is by then.
 */
export class StillRunningError extends Error {
  override name = 'StillRunningError';
}

/** Whether what failed may well succeed if it is just done again, elsewhere or later. */
export function isPassing(error: unknown): boolean {
  return error instanceof StorageError || (error instanceof EngineError && error.kind === 'unavailable');
}

/** The warehouse does not take what is written: full, read-only, not allowed. Says where and what to do; exit code 1. */
export class StorageError extends Error {
  override name = 'StorageError';
}

/**
 * The key that pseudonyms are made with is not where it belongs, or is another one than those published were made with. No
 * other may take its place: the same person would have two pseudonyms.
 */
export class PseudonymKeyError extends Error {
  override name = 'PseudonymKeyError';
}

/** What was written waited so long for its commit that garbage collection may take it: it is not committed any more. */
export class TooLateError extends Error {
  override name = 'TooLateError';
}

/**
 * The catalog, in which analysts find the tables, could not be made to show what is published. What is published is safe, in
 * the log; the next projection mends the catalog.
 */
export class CatalogError extends Error {
  override name = 'CatalogError';
}
