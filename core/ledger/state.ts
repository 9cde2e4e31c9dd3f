import type { BronzeObject, IngestedFile } from '../bronze/bronze-object.ts';
import type { Commit, PartitionVersion } from './commit.ts';

/** A bronze object and the commit that listed it. */
export interface ListedObject extends BronzeObject {
  readonly seq: number;
}

/** A partition version and the commit that published it. */
export interface Published extends PartitionVersion {
  readonly seq: number;
  readonly at: string;
}

/** What all commits up to `seq` say. A fold of the log; never written except as a checkpoint. */
export interface LedgerState {
  seq: number;
  /** Time and author of the last commit; empty before the first. */
  at: string;
  by: string;
  /** By entity. */
  readonly bronze: Map<string, ListedObject[]>;
  /** By `fileKey`. */
  readonly files: Map<string, IngestedFile>;
  /** By table, then by dt. */
  readonly partitions: Map<string, Map<string, Published>>;
}

export function emptyState(): LedgerState {
  return { seq: 0, at: '', by: '', bronze: new Map(), files: new Map(), partitions: new Map() };
}

/** A file is known by its content and what it was ingested as. */
export function fileKey(file: Pick<IngestedFile, 'entity' | 'hash'>): string {
  return `${file.entity ?? '*'}:${file.hash}`;
}

/** Applies the next commit to `state`, in place. */
export function applyCommit(state: LedgerState, commit: Commit): void {
  if (commit.seq !== state.seq + 1) throw new Error(`commit ${commit.seq} does not follow ${state.seq}`);
  for (const object of commit.bronze ?? [])
    entry(state.bronze, object.entity, () => []).push({ ...object, seq: commit.seq });
  for (const file of commit.files ?? []) state.files.set(fileKey(file), file);
  for (const version of commit.publish ?? []) {
    const published = { ...version, seq: commit.seq, at: commit.at };
    entry(state.partitions, version.table, () => new Map()).set(version.dt, published);
  }
  for (const { table, dt } of commit.retire ?? []) {
    const versions = state.partitions.get(table);
    versions?.delete(dt);
    if (versions?.size === 0) state.partitions.delete(table);
  }
  state.seq = commit.seq;
  state.at = commit.at;
  state.by = commit.by;
}

export function publishedPartition(state: LedgerState, table: string, dt: string): Published | undefined {
  return state.partitions.get(table)?.get(dt);
}

/** The state as JSON text, and back. */
export function writeCheckpoint(state: LedgerState): string {
  return JSON.stringify({
    format: 1,
    seq: state.seq,
    at: state.at,
    by: state.by,
    bronze: [...state.bronze.values()].flat(),
    files: [...state.files.values()],
    partitions: [...state.partitions.values()].flatMap((table) => [...table.values()]),
  });
}

interface Checkpoint {
  format: 1;
  seq: number;
  at: string;
  by: string;
  bronze: ListedObject[];
  files: IngestedFile[];
  partitions: Published[];
}

export function readCheckpoint(text: string): LedgerState {
  const checkpoint = JSON.parse(text) as Checkpoint;
  const state = emptyState();
  for (const object of checkpoint.bronze) entry(state.bronze, object.entity, () => []).push(object);
  for (const file of checkpoint.files) state.files.set(fileKey(file), file);
  for (const version of checkpoint.partitions)
    entry(state.partitions, version.table, () => new Map()).set(version.dt, version);
  return Object.assign(state, { seq: checkpoint.seq, at: checkpoint.at, by: checkpoint.by });
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
