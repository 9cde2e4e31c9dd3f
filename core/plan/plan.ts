import type { Day } from '../dates.ts';
import { dayNumber, dayOf } from '../dates.ts';
import type { PartitionName } from '../ledger/commit.ts';
import { type LedgerState, type Published, publishedPartition } from '../ledger/state.ts';
import type { Model } from '../model/model.ts';
import type { Project } from '../model/project.ts';
import { type BronzeIndex, bronzeAsOf, indexBronze } from './bronze-index.ts';
import { type Content, Contents, isPending } from './contents.ts';
import { digest } from './digest.ts';
import { domains } from './domain.ts';
import { neededDays, type Scope } from './scope.ts';
import { isKeptAsLast, keyRange, wantedDays, windowRange } from './wanted-days.ts';

/** Why a partition is stale. `forced`: it is not, but was asked for. */
export type Reason = 'missing' | 'code' | 'inputs' | 'forced';

/** A partition of a model that is stale and whose inputs are all as they should be: it can be built now. */
export interface Target {
  readonly model: Model;
  readonly dt: Day;
  readonly inputDigest: string;
  readonly reason: Reason;
}

/** A partition that reads a stale one: whether it is stale itself shows when that one is built. */
export interface Waiting {
  readonly model: Model;
  readonly dt: Day;
  /** The first input partition that is not there yet; `blocked` if it failed in this run or waits for one that did. */
  readonly on: PartitionName & { readonly blocked: boolean };
}

export interface Plan {
  /** In topological order of models, then by day. */
  readonly ready: readonly Target[];
  readonly waiting: readonly Waiting[];
  /** Published partitions that are no longer wanted and whose replacements are all published. */
  readonly retire: readonly PartitionName[];
  /** How many wanted partitions are as they should be. */
  readonly current: number;
  /** Partitions that a rollback has pinned: they stay as they are. */
  readonly pinned: readonly PartitionName[];
  /** Partitions published by a newer release of the code, or from newer bronze, which this run leaves alone. */
  readonly ahead: readonly PartitionName[];
}

export interface PlanRequest {
  readonly project: Project;
  readonly state: LedgerState;
  /** Bronze is seen as of this commit. */
  readonly basis: number;
  /** Of the code that plans (ISO 8601). */
  readonly release: string;
  /** `targetKey`s that were tried in this run, in vain. */
  readonly failed: ReadonlySet<string>;
  readonly scope?: Scope | undefined;
  /** Rebuild everything that the scope names and that was published up to this commit. */
  readonly forceUpTo?: number | undefined;
}

/** Identifies an attempt: a partition and what it should become. */
export function targetKey(
  target: Pick<Target, 'dt' | 'inputDigest'> & { readonly model: Pick<Model, 'name' | 'codeDigest'> },
): string {
  return `${target.model.name} ${target.dt} ${target.inputDigest} ${target.model.codeDigest}`;
}

/** Compares what should be published with what is. Pure: the same request gives the same plan. */
export function plan(request: PlanRequest): Plan {
  const { project, state, basis } = request;
  const bronze = indexBronze(state, basis);
  const ranges = domains(project, bronzeAsOf(state, basis));
  const needed = request.scope && neededDays(project, ranges, request.scope);
  const contents = new Map<string, Contents>();
  const ready: Target[] = [];
  const waiting: Waiting[] = [];
  const retire: PartitionName[] = [];
  const ahead: PartitionName[] = [];
  const pinned: PartitionName[] = [];
  let current = 0;

  for (const model of project.models) {
    const range = ranges.get(model);
    for (const { table } of model.outputs) contents.set(table, new Contents(range && keyRange(model, range)));
    const wanted = range ? wantedDays(model, range) : [];
    let settled = true;
    const pend = (day: number, blocked: boolean): void => {
      for (const { table } of model.outputs) contents.get(table)!.set(day, { table, day, blocked });
      settled = false;
    };

    for (const day of wanted) {
      const dt = dayOf(day);
      const digests = inputDigest(model, day, contents, bronze, state.pseudonymKey);
      const published = model.outputs.map(({ table }) => publishedPartition(state, table, dt));
      const inScope = !needed || needed.has(model, day);
      const settle = (): void => {
        // An output can be missing only where newer code, which is ahead, no longer writes it.
        model.outputs.forEach(({ table }, i) => {
          contents.get(table)!.set(day, published[i]?.checksum ?? { table, day, blocked: true });
        });
        current += 1;
      };
      if (isAhead(model, dt, request)) {
        // Of a last day that is over there may be nothing.
        if (published.some((version) => version !== undefined)) settle();
        (published.some((version) => version?.pinned) ? pinned : ahead).push({ table: model.name, dt });
      } else if (isPending(digests)) {
        if (inScope)
          waiting.push({ model, dt, on: { table: digests.table, dt: dayOf(digests.day), blocked: digests.blocked } });
        pend(day, digests.blocked);
      } else {
        const forceUpTo = needed?.isAsked(model, day) === false ? undefined : request.forceUpTo;
        const reason = staleness(model, digests, published, forceUpTo);
        if (!reason) {
          settle();
          continue;
        }
        const target = { model, dt, inputDigest: digests, reason };
        const failed = request.failed.has(targetKey(target));
        if (inScope && !failed) ready.push(target);
        pend(day, failed);
      }
    }
    if (settled) retire.push(...unwanted(model, new Set(wanted), request));
  }
  return { ready, waiting, retire, current, pinned, ahead };
}

function inputDigest(
  model: Model,
  day: number,
  contents: ReadonlyMap<string, Contents>,
  bronze: BronzeIndex,
  pseudonymKey = 'none',
): Content {
  const parts: string[] = [];
  for (const { table, window } of model.inputs) {
    const range = windowRange(window, day);
    const content = table.startsWith('bronze.')
      ? digest((bronze.get(table.slice(7))?.get(day) ?? []).map((object) => object.key).sort())
      : contents.get(table)!.window(range);
    if (isPending(content)) return content;
    parts.push(table, content);
  }
  if (model.readsPseudonymKey) parts.push('pseudonym key', pseudonymKey);
  return digest(parts);
}

function staleness(
  model: Model,
  inputDigest: string,
  published: readonly (Published | undefined)[],
  forceUpTo: number | undefined,
): Reason | undefined {
  if (published.some((version) => version === undefined)) return 'missing';
  if (published.some((version) => version!.codeDigest !== model.codeDigest)) return 'code';
  if (published.some((version) => version!.inputDigest !== inputDigest)) return 'inputs';
  if (forceUpTo === undefined) return undefined;
  return published.some((version) => version!.seq <= forceUpTo) ? 'forced' : undefined;
}

/**
 * Whether a run must leave a partition alone, neither publish nor retire it: it is pinned, or newer code, or a newer view of bronze, has
 * published it, or, of a table that keeps its last day, a later one. The outputs of a model stay together: one that is
 * ahead is enough.
 */
export function isAhead(model: Model, dt: Day, run: Pick<PlanRequest, 'state' | 'release' | 'basis'>): boolean {
  return model.outputs.some(({ table }) => {
    const versions = run.state.partitions.get(table) ?? new Map<Day, Published>();
    const version = versions.get(dt);
    if (version?.pinned) return true;
    if (version)
      return (version.release > run.release && version.codeDigest !== model.codeDigest) || version.basis > run.basis;
    return isKeptAsLast(model, dt) && [...versions.values()].some((other) => other.dt > dt && other.basis > run.basis);
  });
}

function unwanted(model: Model, wanted: ReadonlySet<number>, request: PlanRequest): PartitionName[] {
  return model.outputs.flatMap(({ table }) =>
    [...(request.state.partitions.get(table)?.keys() ?? [])]
      .filter((dt) => !wanted.has(dayNumber(dt)) && !isAhead(model, dt, request))
      .map((dt) => ({ table, dt })),
  );
}
