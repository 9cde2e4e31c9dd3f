import { dayNumber } from '../dates.ts';
import type { PartitionName } from '../ledger/commit.ts';
import { type LedgerState, publishedPartition } from '../ledger/state.ts';
import { silverDay } from './bronze-index.ts';
import type { Target } from './plan.ts';
import { windowRange } from './wanted-days.ts';

/** The input partitions that changed since a stale partition was published, for people: at most `limit`, then the rest counted. */
export function changedInputs(
  state: LedgerState,
  target: Target,
  limit = 3,
): { readonly named: PartitionName[]; readonly more: number } {
  const published = publishedPartition(state, target.model.name, target.dt);
  const changed: PartitionName[] = [];
  if (published) {
    for (const { table, window } of target.model.inputs) {
      const day = dayNumber(target.dt);
      const { first, last } = windowRange(window, day);
      if (table.startsWith('bronze.')) {
        const entity = table.slice(7);
        const added = (state.bronze.get(entity) ?? []).filter(({ seq }) => seq > published.basis);
        const removed = state.removed.filter((object) => object.entity === entity && object.removed > published.basis);
        if ([...added, ...removed].some((object) => silverDay(object) === day)) changed.push({ table, dt: target.dt });
        continue;
      }
      for (const [dt, version] of state.partitions.get(table) ?? []) {
        const at = dayNumber(dt);
        if (version.seq > published.seq && at >= first && at <= last) changed.push({ table, dt });
      }
    }
  }
  return { named: changed.slice(0, limit), more: Math.max(0, changed.length - limit) };
}
