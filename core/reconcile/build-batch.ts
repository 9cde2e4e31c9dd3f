import { EngineError, StillRunningError } from '../errors.ts';
import type { Project } from '../model/project.ts';
import type { InputPins } from '../plan/pinned-inputs.ts';
import { targetKey } from '../plan/plan.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { QueryEngine } from '../ports/query-engine.ts';
import type { Batch } from './batches.ts';
import { build } from './build.ts';
import type { BuildError, Outcome, Run } from './run.ts';

export interface BuildBatchRequest {
  readonly project: Project;
  readonly engine: QueryEngine;
  readonly store: ObjectStore;
  readonly run: Run;
  /** Of the state that the wave was planned from. */
  readonly pins: InputPins;
  readonly batch: Batch;
  /** Unique to this attempt; part of every location it writes. */
  readonly attempt: string;
  /** Which errors are thrown instead of being an outcome, because whoever calls tries again. Absent: none. */
  readonly isRetried?: (error: unknown) => boolean;
}

/**
 * Builds a batch. A statement that fails on its data, or for want of room, is tried again for each half of its days, down
 * to a single one, so that a day whose data cannot be computed (a sum that overflows, say) stops that day and no other.
 *
 * @throws StillRunningError if it has to be called again, with the same attempt, to go on
 */
export async function buildBatch(request: BuildBatchRequest): Promise<Outcome> {
  const { project, engine, store, run, pins, batch, attempt } = request;
  const { targets, codeDigest } = batch;
  const model = project.tables.get(batch.model)?.model;
  if (model?.codeDigest !== codeDigest) {
    return failed(batch, new Error(`${batch.model} was planned by other code than this: run it again`));
  }
  const dts = targets.map(({ dt }) => dt);
  try {
    const built = await build(engine, store, pins, model, dts, attempt);
    const digests = new Map(targets.map(({ dt, inputDigest }) => [dt, inputDigest]));
    const bad = new Set(built.failures.map(({ dt }) => dt));
    const { id, basis, release } = run;
    return {
      versions: built.versions.map((version) => {
        return { ...version, codeDigest, inputDigest: digests.get(version.dt)!, run: id, basis, release };
      }),
      failures: built.failures,
      errors: [],
      failed: targets.filter(({ dt }) => bad.has(dt)).map((target) => keyOf(batch, target)),
      dollars: 0,
    };
  } catch (error) {
    if (error instanceof StillRunningError || request.isRetried?.(error)) throw error;
    if (!(error instanceof EngineError) || !error.isWorthSplitting || targets.length === 1) return failed(batch, error);
    const middle = Math.ceil(targets.length / 2);
    const half = (part: Batch['targets'], letter: string): Promise<Outcome> =>
      buildBatch({ ...request, batch: { ...batch, targets: part }, attempt: `${attempt}${letter}` });
    const first = await half(targets.slice(0, middle), 'a');
    const second = await half(targets.slice(middle), 'b');
    return {
      versions: [...first.versions, ...second.versions],
      failures: [...first.failures, ...second.failures],
      errors: mergedErrors([...first.errors, ...second.errors]),
      failed: [...first.failed, ...second.failed],
      dollars: 0,
    };
  }
}

/** The outcome of a batch of which nothing came out. */
export function failed(batch: Batch, error: unknown): Outcome {
  const isEngines = error instanceof EngineError;
  // The engine's own words: they are the same for all days that fail for the same reason.
  const said = isEngines && error.cause instanceof Error ? error.cause : error;
  const message = said instanceof Error ? said.message : String(said);
  const statement = isEngines ? { statement: error.statement } : {};
  const dts = batch.targets.map(({ dt }) => dt);
  return {
    versions: [],
    failures: [],
    errors: [{ table: batch.model, dts, message, ...statement }],
    failed: batch.targets.map((target) => keyOf(batch, target)),
    dollars: 0,
  };
}

function keyOf({ model, codeDigest }: Batch, { dt, inputDigest }: Batch['targets'][number]): string {
  return targetKey({ model: { name: model, codeDigest }, dt, inputDigest });
}

/** One entry for days that failed with the same words. */
function mergedErrors(errors: readonly BuildError[]): BuildError[] {
  const merged = new Map<string, BuildError>();
  for (const error of errors) {
    const before = merged.get(error.message);
    merged.set(error.message, { ...error, dts: [...(before?.dts ?? []), ...error.dts] });
  }
  return [...merged.values()];
}
