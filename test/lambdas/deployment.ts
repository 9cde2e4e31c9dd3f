import { randomBytes } from 'node:crypto';
import type { LoadedProject } from '../../adapters/local/project-files.ts';
import type { Contract } from '../../core/contract/contract.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { type Batch, HERE, type Placement } from '../../core/reconcile/batches.ts';
import type { RunFigures } from '../../core/steps/run-figures.ts';
import { runDefinition } from '../../infra/state-machine/definition.ts';
import { discoverer } from '../../lambdas/gold/discoverer.ts';
import { finisher } from '../../lambdas/gold/finisher.ts';
import { planner } from '../../lambdas/gold/planner.ts';
import { publisher } from '../../lambdas/gold/publisher.ts';
import { builder } from '../../lambdas/silver/builder.ts';
import { type Execution, execute, redrive, type Surroundings } from '../infra/asl-interpreter.ts';
import type { Warehouse } from '../reconcile/warehouse.ts';

const NAMES = {
  discover: 'discover',
  plan: 'plan',
  build: 'build',
  query: 'query',
  publish: 'publish',
  finish: 'finish',
};

/** The real state machine over the real functions, with a warehouse on this machine instead of S3, Athena and Glue. */
export class Deployment {
  readonly figures: RunFigures[] = [];
  /** What the catalog was told to show, in order. */
  readonly shown: string[][] = [];
  /** Models, a batch each. */
  readonly built: string[] = [];
  readonly waits: string[] = [];
  repairs = 0;
  readonly #warehouse: Warehouse;
  readonly #placement: Placement;
  readonly #store: ObjectStore;
  readonly #contracts: readonly Contract[];
  readonly #machine = runDefinition(NAMES, 'aws');
  /** Put around every function, by its name. */
  around: (name: string, handle: () => Promise<unknown>) => Promise<unknown> = (_, handle) => handle();

  /**
   * @param through what the functions see of the warehouse's store
   * @param contracts of the project, besides its models
   */
  constructor(
    warehouse: Warehouse,
    placement: Placement = HERE,
    through: (store: ObjectStore) => ObjectStore = (store) => store,
    contracts: readonly Contract[] = [],
  ) {
    this.#contracts = contracts;
    this.#store = through(warehouse.store);
    this.#warehouse = warehouse;
    this.#placement = placement;
  }

  execute(input: object, name: string): Promise<Execution> {
    return execute(this.#machine, input, this.#surroundings(), name);
  }

  redrive(failed: Execution): Promise<Execution> {
    return redrive(this.#machine, failed, this.#surroundings());
  }

  #surroundings(): Surroundings {
    const { project, engine, clock } = this.#warehouse;
    const store = this.#store;
    const log = new CommitLog(store, clock);
    const parts = {
      project: { ...project, contracts: this.#contracts, prelude: '' } satisfies LoadedProject,
      store,
      log,
      clock,
    };
    const dollars = () => 0.25;
    const onBatch = ({ model }: Batch) => this.built.push(model);
    const suffix = () => `-${randomBytes(3).toString('hex')}`;
    const build = builder({ ...parts, engine, suffix, dollars, onBatch, onOutcome: () => {} });
    const merge = () => Promise.reject(new Error('nothing to merge'));
    const repair = async () => {
      this.repairs += 1;
    };
    const show = async (tables: readonly string[]) => this.shown.push([...tables].sort());
    const release = async () => '2026-01-01T00:00:00.000Z';
    const handlers = {
      discover: discoverer({
        ...parts,
        merge,
        hasTime: () => true,
        repair,
        onUnmerged: () => {},
        onUnshown: (error) => this.waits.push(String(error)),
        onMoved: () => {},
      }),
      plan: planner({ ...parts, placement: this.#placement, release, bucket: 'warehouse' }),
      build,
      query: build,
      publish: publisher({ ...parts, show }),
      finish: finisher({ ...parts, onFigures: (figures) => this.figures.push(figures) }),
    };
    const functions = Object.fromEntries(
      Object.entries(handlers).map(([name, handle]) => [
        name,
        (payload: unknown) => this.around(name, () => handle(payload)),
      ]),
    );
    return {
      functions,
      readObject: async (_, key) => JSON.parse(new TextDecoder().decode((await store.get(key))!)),
      onRetry: (state, error) => this.waits.push(`${state} ${error}`),
    };
  }
}
