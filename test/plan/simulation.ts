import { expect } from 'vitest';
import type { BronzeObject } from '../../core/bronze/bronze-object.ts';
import type { Change, PartitionVersion } from '../../core/ledger/commit.ts';
import { applyCommit, emptyState, type LedgerState, readCheckpoint, writeCheckpoint } from '../../core/ledger/state.ts';
import type { Project } from '../../core/model/project.ts';
import { InputPins } from '../../core/plan/pinned-inputs.ts';
import { type Plan, plan, type Reason, type Target, targetKey } from '../../core/plan/plan.ts';
import type { Scope } from '../../core/plan/scope.ts';
import { HERE, nextBatches } from '../../core/reconcile/batches.ts';
import { compute, covers, Oracle, type Reading, tablesOf, type Value } from './oracle.ts';
import { type ModelSpec, projectOf } from './world.ts';

export interface RunOptions {
  readonly scope?: Scope;
  readonly force?: boolean;
  readonly basis?: number;
  readonly release?: string;
  /** Partitions, `model dt`, whose build fails. */
  readonly failing?: ReadonlySet<string>;
}

export interface RunResult {
  /** Every partition that was built, `model dt`, in order, failed ones included. */
  readonly built: readonly string[];
  readonly reasons: ReadonlyMap<string, Reason>;
  readonly waves: number;
  /** The plan that found nothing left to do. */
  readonly last: Plan;
}

const RELEASE = '2026-01-01T00:00:00.000Z';

/**
 * A warehouse without an engine: the ledger's state, and builds that compute a number from the contents of the pinned
 * files. A file's key says its content, so what a build reads is what the planner pinned and nothing else.
 */
export class Simulation {
  readonly state: LedgerState;
  #specs: readonly ModelSpec[] = [];
  #project: Project = projectOf([]);
  #runs = 0;
  /** What each partition read, and with which code, when it was last built. */
  readonly #readings: Map<string, string>;

  constructor(specs: readonly ModelSpec[], state = emptyState(), readings = new Map<string, string>()) {
    this.state = state;
    this.#readings = readings;
    this.release(specs);
  }

  /** The same warehouse, to try something else on. */
  fork(): Simulation {
    return new Simulation(this.#specs, readCheckpoint(writeCheckpoint(this.state)), new Map(this.#readings));
  }

  /** Replaces the code. */
  release(specs: readonly ModelSpec[]): void {
    this.#specs = specs;
    this.#project = projectOf(specs);
  }

  arrive(bronze: readonly BronzeObject[]): void {
    this.#commit({ bronze });
  }

  /** All that is published, as `table dt`. */
  published(): Map<string, Value> {
    const versions = [...this.state.partitions.values()].flatMap((table) => [...table.values()]);
    return new Map(
      versions.map(({ table, dt, files }) => [`${table} ${dt}`, files.length > 0 ? valueIn(files[0]!) : 0]),
    );
  }

  /** What should be published, by an independent computation. */
  oracle(basis = this.state.seq): Oracle {
    const seen = [...this.state.bronze.values()].flat().filter(({ seq }) => seq <= basis);
    return new Oracle(this.#specs, seen);
  }

  plan(options: RunOptions = {}, failed: ReadonlySet<string> = new Set()): Plan {
    const { basis = this.state.seq, release = RELEASE, scope, force } = options;
    return plan({
      project: this.#project,
      state: this.state,
      basis,
      release,
      failed,
      scope,
      forceUpTo: force ? basis : undefined,
    });
  }

  /** Plan → build → publish until nothing can be built. */
  run(options: RunOptions = {}): RunResult {
    const run = `run-${++this.#runs}`;
    const { basis = this.state.seq, release = RELEASE } = options;
    const failed = new Set<string>();
    const built: string[] = [];
    const reasons = new Map<string, Reason>();
    for (let waves = 0; ; waves++) {
      expect(waves, 'waves').toBeLessThan(100);
      const planned = this.plan({ ...options, basis }, failed);
      if (planned.ready.length === 0 && planned.retire.length === 0) return { built, reasons, waves, last: planned };
      const pins = new InputPins(this.#project, this.state, basis);
      const oracle = this.oracle(basis);
      const publish: PartitionVersion[] = [];
      for (const batch of nextBatches(planned.ready, pins, HERE)) {
        const targets = planned.ready.filter(
          ({ model: { name }, dt }) => name === batch.model && batch.targets.some((target) => target.dt === dt),
        );
        const { model } = targets[0]!;
        const spec = this.#specs.find(({ name }) => name === model.name)!;
        const inputs = pins.of(
          model,
          targets.map(({ dt }) => dt),
        );
        for (const target of targets) {
          const name = `${model.name} ${target.dt}`;
          built.push(name);
          reasons.set(name, target.reason);
          if (options.failing?.has(name)) failed.add(targetKey(target));
          else {
            const reading = readingOf(spec, target.dt, inputs);
            this.#expectChange(spec, target, reading, oracle);
            publish.push(...versions(spec, target, reading, { run, basis, release }));
          }
        }
      }
      this.#commit({ publish, retire: planned.retire });
    }
  }

  /** A partition may only be built if what it reads, or its code, is not what its published version was built from. */
  #expectChange(spec: ModelSpec, target: Target, reading: Reading, oracle: Oracle): void {
    const name = `${spec.name} ${target.dt}`;
    const now = JSON.stringify([spec.code, this.#shape(spec, target.dt, oracle), reading]);
    const isPublished = tablesOf(spec).every((table) => this.state.partitions.get(table)?.has(target.dt));
    if (isPublished && target.reason !== 'forced')
      expect(now, `${name} is built again from the same inputs`).not.toBe(this.#readings.get(name));
    this.#readings.set(name, now);
  }

  /** Which partitions a build reads, the empty ones included. */
  #shape(spec: ModelSpec, dt: string, oracle: Oracle): unknown {
    const inputs = spec.inputs.filter(({ table }) => !table.startsWith('bronze.'));
    return inputs.map(({ table, window }) => oracle.reads(table, window, dt));
  }

  #commit(change: Change): void {
    const seq = this.state.seq + 1;
    applyCommit(this.state, { format: 1, seq, at: '2026-01-01T00:00:00.000Z', by: 'simulation', ...change });
  }
}

function readingOf(spec: ModelSpec, dt: string, pinned: ReturnType<InputPins['of']>): Reading {
  const inputs = spec.inputs.map(({ table, window }, i) => {
    const { files } = pinned.relations[i]!;
    if (table.startsWith('bronze.')) {
      return { table, contents: files.filter((file) => silverDay(file) === dt).sort(), days: [] };
    }
    const contents = files
      .map((file) => `${dayOfFile(file)} ${valueIn(file)}`)
      .filter((content) => covers(window, dt, content.slice(0, 10)));
    const days = pinned.days.rows
      .filter(([input, day]) => input === table && covers(window, dt, day!))
      .map(([, day]) => day!);
    return { table, contents: contents.sort(), days };
  });
  return { inputs };
}

function versions(
  spec: ModelSpec,
  { dt, inputDigest, model }: Target,
  reading: Reading,
  stamp: Pick<PartitionVersion, 'run' | 'basis' | 'release'>,
): PartitionVersion[] {
  return tablesOf(spec).map((table) => {
    const value = compute(spec, table, dt, reading);
    const files = value === 0 ? [] : [`${table}/${stamp.run}/dt=${dt}/${value}`];
    const checksum = value === 0 ? 'empty' : `sim:${value}`;
    return {
      table,
      dt,
      files,
      rows: value,
      bytes: value,
      checksum,
      inputDigest,
      codeDigest: model.codeDigest,
      ...stamp,
    };
  });
}

function valueIn(file: string): Value {
  return Number(file.slice(file.lastIndexOf('/') + 1));
}

/** The day of the silver partition that reads a bronze object, from its key. */
function silverDay(key: string): string {
  const [, arrival, event] = /ingest_date=([^/]+)\/event_date=([^/]+)/.exec(key)!;
  return event === 'unknown' ? arrival! : event!;
}

function dayOfFile(file: string): string {
  return /dt=([^/]+)\//.exec(file)![1]!;
}
