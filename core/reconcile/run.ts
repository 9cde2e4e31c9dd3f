import type { Day } from '../dates.ts';
import type { PartitionName, PartitionVersion } from '../ledger/commit.ts';
import type { Scope } from '../plan/scope.ts';
import type { Batch } from './batches.ts';
import type { AuditFailure } from './build.ts';

// Everything here is plain data: a run may go from one process to another between any two of its steps.

/** What stays the same from the beginning of a run to its end. */
export interface Run {
  /** Unique to this run; part of every location it writes. */
  readonly id: string;
  /** Of the code that runs (ISO 8601). */
  readonly release: string;
  /** The commit up to which it sees bronze. */
  readonly basis: number;
  readonly scope?: Scope | undefined;
  /** Rebuild what the scope names, even if it is not stale, where it was published up to this commit. */
  readonly forceUpTo?: number | undefined;
}

/** What is built at once and published by one commit. */
export interface Wave {
  readonly run: Run;
  /** From 1. */
  readonly number: number;
  /** When it was planned: nothing of it was written before. ISO 8601. */
  readonly since: string;
  /** The commit whose state it was planned from: what that state publishes is what its builds read. */
  readonly seq: number;
  readonly batches: readonly Batch[];
  readonly retire: readonly PartitionName[];
}

/** A statement that could not be run: infrastructure or a model's SQL, not its data. */
export interface BuildError {
  readonly table: string;
  readonly dts: readonly Day[];
  readonly message: string;
  /** The SQL, if it was SQL that failed. */
  readonly statement?: string;
}

/** What came of a batch. */
export interface Outcome {
  readonly versions: readonly PartitionVersion[];
  readonly failures: readonly AuditFailure[];
  readonly errors: readonly BuildError[];
  /** `targetKey`s of what did not come out. */
  readonly failed: readonly string[];
  /** What the build has cost, as far as its engine knows; nothing on one's own machine. */
  readonly dollars: number;
}

/** What a run has done so far. */
export interface Progress {
  readonly waves: number;
  /** `targetKey`s that were tried in vain. */
  readonly failed: readonly string[];
  /** Partitions published by this run, in order; `changed`: its content differs from the version before. */
  readonly published: readonly (PartitionName & { readonly rows: number; readonly changed: boolean })[];
  readonly retired: readonly PartitionName[];
  readonly failures: readonly AuditFailure[];
  readonly errors: readonly BuildError[];
  readonly dollars: number;
}

export const NO_PROGRESS: Progress = {
  waves: 0,
  failed: [],
  published: [],
  retired: [],
  failures: [],
  errors: [],
  dollars: 0,
};

export interface RunReport extends Omit<Progress, 'failed'> {
  readonly run: string;
  /** Partitions that read what failed and stay as they are. */
  readonly blocked: readonly (PartitionName & { readonly on: PartitionName })[];
  /** Partitions that newer code, or a run that saw more, has published: left alone. */
  readonly ahead: readonly PartitionName[];
}
