import type { Day } from '../dates.ts';
import type { Model } from '../model/model.ts';
import { MAX_TARGETS } from '../plan/max-targets.ts';
import type { InputPins } from '../plan/pinned-inputs.ts';
import type { Target } from '../plan/plan.ts';

/** Days of one model that are built by one statement. */
export interface Batch {
  /** The model's name, and the code that it was planned by. */
  readonly model: string;
  readonly codeDigest: string;
  readonly targets: readonly { readonly dt: Day; readonly inputDigest: string }[];
  readonly engine: EngineChoice;
}

export type EngineChoice = 'duckdb' | 'athena';

/** Where batches are built. */
export interface Placement {
  /** `auto`: DuckDB for what its machine can hold, Athena for the rest. */
  readonly engine: 'auto' | EngineChoice;
  /** The most bytes of input that one build by DuckDB takes, a single day excepted if there is no other engine. */
  readonly duckdbBytes: number;
}

/** This machine, whatever the size: what does not fit into memory is spilled. */
export const HERE: Placement = { engine: 'duckdb', duckdbBytes: Number.POSITIVE_INFINITY };

/**
 * What one wave builds: of each model that has partitions ready, the earliest days, up to a statement's worth. Later days
 * come in the next wave, so that what is built is published, and survives a crash, in steps of bounded size.
 */
export function nextBatches(ready: readonly Target[], pins: InputPins, placement: Placement): Batch[] {
  const byModel = new Map<Model, Target[]>();
  for (const target of ready) {
    const targets = byModel.get(target.model);
    if (!targets) byModel.set(target.model, [target]);
    else if (targets.length < MAX_TARGETS) targets.push(target);
  }
  return [...byModel].flatMap(([model, targets]) =>
    placed(model, targets, pins, placement).map((part) => ({
      model: model.name,
      codeDigest: model.codeDigest,
      targets: part.targets.map(({ dt, inputDigest }) => ({ dt, inputDigest })),
      engine: part.engine,
    })),
  );
}

interface Part {
  readonly engine: EngineChoice;
  readonly targets: Target[];
}

/**
 * Consecutive days that DuckDB can take together go to it together. Days that are too large for it one by one go to
 * Athena, together again: it reads the days that their windows share once.
 */
function placed(model: Model, targets: readonly Target[], pins: InputPins, placement: Placement): Part[] {
  const { engine, duckdbBytes } = placement;
  if (engine === 'athena' || duckdbBytes === Number.POSITIVE_INFINITY) {
    return [{ engine: engine === 'athena' ? engine : 'duckdb', targets: [...targets] }];
  }
  const bytesOf = (some: readonly Target[]): number =>
    pins.of(
      model,
      some.map(({ dt }) => dt),
    ).bytes;
  const large: Target[] = [];
  const parts: Part[] = [];
  let last: Part | undefined;
  for (const target of targets) {
    if (engine === 'auto' && bytesOf([target]) > duckdbBytes) {
      large.push(target);
      last = undefined;
    } else if (last && bytesOf([...last.targets, target]) <= duckdbBytes) {
      last.targets.push(target);
    } else {
      last = { engine: 'duckdb', targets: [target] };
      parts.push(last);
    }
  }
  return large.length > 0 ? [...parts, { engine: 'athena', targets: large }] : parts;
}
