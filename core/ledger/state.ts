import type { BronzeObject, IngestedFile } from '../bronze/bronze-object.ts';
import type { Day } from '../dates.ts';
import type { Commit, PartitionVersion } from './commit.ts';

/** A bronze object and the commit that listed it. */
export interface ListedObject extends BronzeObject {
  readonly seq: number;
}

/** A bronze object that others have replaced. */
interface RemovedObject extends ListedObject {
  /** The commit that removed it. */
  readonly removed: number;
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
  /** For runs that began before: they see bronze as it was. And so that the stream's are not taken for new ones. */
  readonly removed: RemovedObject[];
  /** By `fileKey`. */
  readonly files: Map<string, IngestedFile>;
  /** By table, then by dt. */
  readonly partitions: Map<string, Map<string, Published>>;
  /** The id of the key that pseudonyms are made with; undefined before the first is needed. */
  pseudonymKey: string | undefined;
  /** The day, UTC, of the latest discovery of what the stream has written; undefined before the first. */
  discovered: Day | undefined;
}

export function emptyState(): LedgerState {
  return {
    ...{ seq: 0, at: '', by: '', bronze: new Map(), removed: [], files: new Map(), partitions: new Map() },
    pseudonymKey: undefined,
    discovered: undefined,
  };
}

/** A file is known by its content and what it was ingested as; if its records are dated by their arrival, by that, too. */
export function fileKey({
  entity,
  hash,
  ingestDate,
  dated,
}: Pick<IngestedFile, 'entity' | 'hash' | 'ingestDate' | 'dated'>): string {
  return `${entity ?? '*'}:${hash}${dated === 'arrival' ? `@${ingestDate}` : ''}`;
}

/** Applies the next commit to `state`, in place. */
export function applyCommit(state: LedgerState, commit: Commit): void {
  if (commit.seq !== state.seq + 1) throw new Error(`commit ${commit.seq} does not follow ${state.seq}`);
  const listedAgain = remove(state, commit);
  for (const object of commit.bronze ?? []) {
    const seq = listedAgain.get(object.key) ?? commit.seq;
    entry(state.bronze, object.entity, () => []).push({ ...object, seq });
  }
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
  state.pseudonymKey = commit.pseudonymKey ?? state.pseudonymKey;
  state.discovered = commit.discovered ?? state.discovered;
  state.seq = commit.seq;
  state.at = commit.at;
  state.by = commit.by;
}

/** Takes out what the commit removes. Returns which of that it lists again, and the commit that had listed it first. */
function remove(state: LedgerState, { seq, bronze = [], removed = [] }: Commit): ReadonlyMap<string, number> {
  const listedAgain = new Map<string, number>();
  if (removed.length === 0) return listedAgain;
  const keys = new Set(removed);
  const added = new Set(bronze.map(({ key }) => key));
  for (const [entity, objects] of state.bronze) {
    const kept = objects.filter(({ key }) => !keys.has(key));
    if (kept.length === objects.length) continue;
    for (const object of objects) {
      if (!keys.has(object.key)) continue;
      if (added.has(object.key)) listedAgain.set(object.key, object.seq);
      else state.removed.push({ ...object, removed: seq });
    }
    if (kept.length > 0) state.bronze.set(entity, kept);
    else state.bronze.delete(entity);
  }
  return listedAgain;
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
    removed: state.removed,
    files: [...state.files.values()],
    partitions: [...state.partitions.values()].flatMap((table) => [...table.values()]),
    pseudonymKey: state.pseudonymKey,
    discovered: state.discovered,
  });
}

interface Checkpoint {
  format: 1;
  seq: number;
  at: string;
  by: string;
  bronze: ListedObject[];
  /** Absent in checkpoints of releases that removed nothing. */
  removed?: RemovedObject[];
  files: IngestedFile[];
  partitions: Published[];
  /** Absent where nothing needs one. */
  pseudonymKey?: string;
  discovered?: Day;
}

export function readCheckpoint(text: string): LedgerState {
  const checkpoint = JSON.parse(text) as Checkpoint;
  const state = emptyState();
  for (const object of checkpoint.bronze) entry(state.bronze, object.entity, () => []).push(object);
  state.removed.push(...(checkpoint.removed ?? []));
  for (const file of checkpoint.files) state.files.set(fileKey(file), file);
  for (const version of checkpoint.partitions)
    entry(state.partitions, version.table, () => new Map()).set(version.dt, version);
  const { seq, at, by, pseudonymKey, discovered } = checkpoint;
  return Object.assign(state, { seq, at, by, pseudonymKey, discovered });
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
