import { EngineError } from '../errors.ts';
import type { PartitionName, PartitionVersion } from '../ledger/commit.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import { giveUpIfLate } from '../ledger/give-up.ts';
import { type LedgerState, publishedPartition } from '../ledger/state.ts';

import type { Project } from '../model/project.ts';
import { InputPins } from '../plan/pinned-inputs.ts';
import { isAhead, type Plan, plan, type Target, targetKey, type Waiting } from '../plan/plan.ts';
import type { Scope } from '../plan/scope.ts';
import type { Clock } from '../ports/clock.ts';
import type { QueryEngine } from '../ports/query-engine.ts';
import { type Batch, nextBatches } from './batches.ts';
import { type AuditFailure, build } from './build.ts';

export interface RunRequest {
  readonly project: Project;
  readonly log: CommitLog;
  readonly engine: QueryEngine;
  readonly clock: Clock;
  /** Unique to this run; part of every location it writes. */
  readonly run: string;
  readonly release: string;
  readonly scope?: Scope | undefined;
  /** Rebuild what the scope names, even if it is not stale, where it was published up to this commit. */
  readonly forceUpTo?: number | undefined;
  readonly onEvent?: (event: RunEvent) => void;
}

export type RunEvent =
  | { readonly kind: 'planned'; readonly wave: number; readonly plan: Plan }
  | { readonly kind: 'building'; readonly batch: Batch }
  | { readonly kind: 'built'; readonly batch: Batch; readonly failed: number };

/** A statement that could not be run: infrastructure or a model's SQL, not its data. */
interface BuildError {
  readonly table: string;
  readonly dts: readonly string[];
  readonly error: unknown;
}

export interface RunReport {
  readonly run: string;
  readonly waves: number;
  /** Partitions published by this run, in order; `changed`: its content differs from the version before. */
  readonly published: readonly (PartitionName & { readonly rows: number; readonly changed: boolean })[];
  readonly retired: readonly PartitionName[];
  readonly failures: readonly AuditFailure[];
  readonly errors: readonly BuildError[];
  /** Partitions that read what failed and stay as they are. */
  readonly blocked: readonly Waiting[];
  /** Partitions that newer code, or a run that saw more, has published: left alone. */
  readonly ahead: readonly PartitionName[];
}

/**
 * Plan → build → audit → publish, until nothing that can be built is stale. The run sees bronze as it is when the run
 * starts. Each wave is one commit. A partition whose build or audit failed is not tried again in this run, and what reads
 * it is left as it is; everything else goes on.
 *
 * @throws TooLateError if a wave took so long, by its builds or asleep, that what it wrote must not be published any more
 */
export async function reconcile(request: RunRequest): Promise<RunReport> {
  const { project, log, run, release, scope } = request;
  let state = await log.read();
  const basis = state.seq;
  const failed = new Set<string>();
  const published: RunReport['published'][number][] = [];
  const retired: PartitionName[] = [];
  const failures: AuditFailure[] = [];
  const errors: BuildError[] = [];

  for (let wave = 1; ; wave++) {
    const planned = plan({ project, state, basis, release, failed, scope, forceUpTo: request.forceUpTo });
    request.onEvent?.({ kind: 'planned', wave, plan: planned });
    if (planned.ready.length === 0 && planned.retire.length === 0) {
      const blocked = planned.waiting.filter((waiting) => waiting.on.blocked);
      return { run, waves: wave - 1, published, retired, failures, errors, blocked, ahead: planned.ahead };
    }
    const since = request.clock();
    const pins = new InputPins(project, state, basis);
    const versions: PartitionVersion[] = [];
    for (const [number, batch] of nextBatches(planned.ready).entries()) {
      request.onEvent?.({ kind: 'building', batch });
      const outcome = await buildBatch(request, pins, batch, `${run}-${wave}.${number + 1}`);
      versions.push(...outcome.versions.map((version) => ({ ...version, run, basis, release })));
      failures.push(...outcome.failures);
      errors.push(...outcome.errors);
      for (const target of outcome.failed) failed.add(targetKey(target));
      request.onEvent?.({ kind: 'built', batch, failed: outcome.failed.length });
    }
    let visible: RunReport['published'] = [];
    let retire: RunReport['retired'] = [];
    state = await log.commit(run, (current) => {
      giveUpIfLate(request.clock, since, `wave ${wave} of run ${run}`);
      // Who commits last does not win: what newer code, or a newer view of bronze, has published stays.
      const isFree = ({ table, dt }: PartitionName): boolean =>
        !isAhead(project.tables.get(table)!.model, dt, { state: current, release, basis });
      const publish = versions.filter((version) => isFree(version) && !isThere(current, version));
      retire = planned.retire.filter(isFree);
      visible = publish.map(({ table, dt, rows, checksum }) => {
        return { table, dt, rows, changed: publishedPartition(current, table, dt)?.checksum !== checksum };
      });
      return publish.length > 0 || retire.length > 0 ? { publish, retire } : undefined;
    });
    published.push(...visible);
    retired.push(...retire);
  }
}

/** Whether another run has published the same meanwhile: the same code over the same inputs. */
function isThere(state: LedgerState, version: PartitionVersion): boolean {
  const current = publishedPartition(state, version.table, version.dt);
  return (
    current !== undefined &&
    current.seq > version.basis &&
    current.inputDigest === version.inputDigest &&
    current.codeDigest === version.codeDigest
  );
}

interface Outcome {
  readonly versions: readonly Omit<PartitionVersion, 'run' | 'basis' | 'release'>[];
  readonly failures: readonly AuditFailure[];
  readonly errors: readonly BuildError[];
  /** Targets that did not come out. */
  readonly failed: readonly Target[];
}

/**
 * Builds a batch. A statement that fails on its data is tried again for each half of its days, down to a single one, so
 * that a day whose data cannot be computed (a sum that overflows, say) stops that day and no other.
 */
async function buildBatch(request: RunRequest, pins: InputPins, batch: Batch, attempt: string): Promise<Outcome> {
  const { model, targets } = batch;
  const dts = targets.map((target) => target.dt);
  try {
    const built = await build(request.engine, pins, model, dts, attempt);
    const digests = new Map(targets.map((target) => [target.dt, target.inputDigest]));
    const { codeDigest } = model;
    const bad = new Set(built.failures.map((failure) => failure.dt));
    return {
      versions: built.versions.map((version) => ({ ...version, codeDigest, inputDigest: digests.get(version.dt)! })),
      failures: built.failures,
      errors: [],
      failed: targets.filter((target) => bad.has(target.dt)),
    };
  } catch (error) {
    if (!(error instanceof EngineError) || !error.isWorthSplitting || targets.length === 1) {
      return { versions: [], failures: [], errors: [{ table: model.name, dts, error }], failed: targets };
    }
    const middle = Math.ceil(targets.length / 2);
    const first = await buildBatch(request, pins, { model, targets: targets.slice(0, middle) }, `${attempt}a`);
    const second = await buildBatch(request, pins, { model, targets: targets.slice(middle) }, `${attempt}b`);
    return {
      versions: [...first.versions, ...second.versions],
      failures: [...first.failures, ...second.failures],
      errors: mergedErrors([...first.errors, ...second.errors]),
      failed: [...first.failed, ...second.failed],
    };
  }
}

/** One entry for days that failed with the same words. */
function mergedErrors(errors: readonly BuildError[]): BuildError[] {
  const merged = new Map<string, BuildError>();
  for (const { table, dts, error } of errors) {
    const words = String(error instanceof EngineError ? error.cause : error);
    merged.set(words, { table, dts: [...(merged.get(words)?.dts ?? []), ...dts], error });
  }
  return [...merged.values()];
}
