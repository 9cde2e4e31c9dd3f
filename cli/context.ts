import { randomBytes } from 'node:crypto';
import type { LoadedProject } from '../adapters/local/project-files.ts';
import { UsageError } from '../core/errors.ts';
import type { CommitLog } from '../core/ledger/commit-log.ts';
import type { LedgerState } from '../core/ledger/state.ts';
import type { Scope } from '../core/plan/scope.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import type { QueryResult } from '../core/ports/query-engine.ts';
import type { RunReport } from '../core/reconcile/run.ts';

/** What a command is started with. */
export interface Start {
  readonly argv: readonly string[];
  /** The folder of the checkout: contracts, SQL and dist/ are below it. */
  readonly root: string;
  readonly version: string;
  /** When the code was built (ISO 8601). */
  readonly release: string;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly warehouse?: string;
  readonly target?: Target;
  readonly deployment?: string;
}

export const TARGETS = ['local', 'aws'] as const;
type Target = (typeof TARGETS)[number];

export interface ReconcileOptions {
  readonly scope?: Scope | undefined;
  /** Rebuild what the scope names if it was published up to this commit. */
  readonly forceUpTo?: number | undefined;
}

/** Everything a command works with: a warehouse on this machine or one on AWS. */
export interface Context {
  /** Of the warehouse: a directory or an S3 URI. */
  readonly where: string;
  /** The release by which it is planned. */
  readonly release: string;
  readonly clock: Clock;
  readonly store: ObjectStore;
  readonly log: CommitLog;
  readonly project: LoadedProject;
  /**
   * Runs a person's query over what is published, or was in a state of the past.
   * @throws UsageError if the SQL is wrong; for an unknown table it names the nearest
   */
  ask(sql: string, asOf?: LedgerState): Promise<QueryResult>;
  /** Reconciles, with progress on the terminal. */
  reconcile(options: ReconcileOptions): Promise<RunReport>;
  /** After a commit that did not come from a run: shows these tables to whoever reads by a catalog. */
  show(tables: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens the warehouse that a command is about. It must exist: the commands that may make one open it on this machine. */
export async function openContext(start: Start, options: GlobalOptions): Promise<Context> {
  if (targetOf(options) === 'local') {
    const { openLocalContext } = await import('./here/local-context.ts');
    return openLocalContext(start, options, { mustExist: true });
  }
  if (options.warehouse !== undefined)
    throw new UsageError('--warehouse is for --target local: on AWS, --deployment NAME says which warehouse is meant');
  // Said at every command otherwise. The tests run on this version of node, too.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { openAwsContext } = await import('./aws/aws-context.ts');
  return openAwsContext(start, options.deployment ?? process.env.SLUICE_DEPLOYMENT ?? 'sluice');
}

export function targetOf({ target = process.env.SLUICE_TARGET as Target | undefined }: GlobalOptions): Target {
  if (target === undefined) return 'local';
  if (!TARGETS.includes(target)) throw new UsageError(`SLUICE_TARGET is '${target}': expected ${TARGETS.join(' or ')}`);
  return target;
}

/** An id for a run or a load: its time, for people, and chance, so that no two are alike. */
export function newId(now: string): string {
  return `${now.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', 't')}-${randomBytes(4).toString('hex')}`;
}
