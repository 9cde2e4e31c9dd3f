import { folderOf } from '../bronze/absorbed.ts';
import type { LedgerState, ListedObject } from '../ledger/state.ts';

/** The objects of one entity, arrival and event date, in one state of the log. */
export interface BronzePartition {
  /** Of its objects: `bronze/entity=E/ingest_date=D/event_date=D/`. */
  readonly folder: string;
  readonly objects: readonly ListedObject[];
  /** The commit that changed them last. */
  readonly seq: number;
}

/** The bronze partitions of an entity that have objects. */
export function bronzePartitions(state: LedgerState, entity: string): BronzePartition[] {
  const partitions = new Map<string, { folder: string; objects: ListedObject[]; seq: number }>();
  for (const object of state.bronze.get(entity) ?? []) {
    const folder = folderOf(object.key);
    const partition = partitions.get(folder) ?? { folder, objects: [], seq: 0 };
    partitions.set(folder, partition);
    partition.objects.push(object);
    partition.seq = Math.max(partition.seq, object.seq);
  }
  for (const { key, removed } of state.removed) {
    const partition = partitions.get(folderOf(key));
    if (partition) partition.seq = Math.max(partition.seq, removed);
  }
  return [...partitions.values()];
}
