import type { Model } from '../model/model.ts';
import { MAX_TARGETS } from '../plan/max-targets.ts';
import type { Target } from '../plan/plan.ts';

/** Days of one model that are built by one statement. */
export interface Batch {
  readonly model: Model;
  readonly targets: readonly Target[];
}

/**
 * What one wave builds: of each model that has partitions ready, the earliest days, up to a statement's worth. Later days
 * come in the next wave, so that what is built is published, and survives a crash, in steps of bounded size.
 */
export function nextBatches(ready: readonly Target[]): Batch[] {
  const byModel = new Map<Model, Target[]>();
  for (const target of ready) {
    const targets = byModel.get(target.model);
    if (!targets) byModel.set(target.model, [target]);
    else if (targets.length < MAX_TARGETS) targets.push(target);
  }
  return [...byModel].map(([model, targets]) => ({ model, targets }));
}
