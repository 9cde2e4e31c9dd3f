import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../core/plan/plan.ts';
import type { Scope } from '../../core/plan/scope.ts';
import { readersOf, tablesOf, withInputs } from './oracle.ts';
import { Simulation } from './simulation.ts';
import { type ModelSpec, randomWorld, type World } from './world.ts';

/** For a deeper look, more: thousands have passed. */
fc.configureGlobal({ numRuns: 50 });

const NOTHING = { ready: [], waiting: [], retire: [] };
const OLDER = '2025-12-31T00:00:00.000Z';

/** A warehouse in which some rounds arrived and were built one by one, and the rest only arrived. */
function warehouse({ models, rounds }: World, built = rounds.length): Simulation {
  const simulation = new Simulation(models);
  for (const [i, bronze] of rounds.entries()) {
    simulation.arrive(bronze);
    if (i < built) simulation.run();
  }
  return simulation;
}

function expectTruth(simulation: Simulation): void {
  expect(simulation.published()).toEqual(simulation.oracle().wanted());
  expect(simulation.plan()).toMatchObject({ ...NOTHING, ahead: [] });
}

/** Models on the longest way through the graph. */
function depth(models: readonly ModelSpec[]): number {
  const depths = new Map<string, number>();
  for (const spec of models) {
    const own = 1 + Math.max(0, ...spec.inputs.map(({ table }) => depths.get(table) ?? 0));
    for (const table of tablesOf(spec)) depths.set(table, own);
  }
  return Math.max(...depths.values());
}

function names(partitions: Plan['waiting']): string[] {
  return partitions.map(({ model, dt }) => `${model.name} ${dt}`).sort();
}

const sorted = (items: Iterable<string>): string[] => [...items].sort();

describe('plan, build and publish until nothing is stale', () => {
  it('publishes what an independent recursion from bronze gives, and nothing else, however it arrived', () => {
    fc.assert(
      fc.property(randomWorld, ({ models, rounds }) => {
        const simulation = new Simulation(models);
        for (const bronze of rounds) {
          simulation.arrive(bronze);
          const { waves } = simulation.run();
          expectTruth(simulation);
          expect(waves).toBeLessThanOrEqual(depth(models) + 1);
          expect(simulation.run()).toMatchObject({ built: [], waves: 0 });
        }
        const once = warehouse({ models, rounds }, 0);
        once.run();
        expect(once.published()).toEqual(simulation.published());
      }),
      { numRuns: 100 },
    );
  });

  it('counts what is as it should be', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const simulation = warehouse(world);
        const oracle = simulation.oracle();
        const wanted = world.models.flatMap((spec) => oracle.days(spec));
        expect(simulation.plan().current).toBe(wanted.length);
      }),
    );
  });

  it('rebuilds a model whose code changed, and of what reads it only what then has other inputs', () => {
    fc.assert(
      fc.property(randomWorld, fc.nat(), (world, pick) => {
        const simulation = warehouse(world);
        const changed = world.models[pick % world.models.length]!;
        const models = world.models.map((spec) => (spec === changed ? { ...spec, code: 1 } : spec));
        simulation.release(models);
        const own = simulation
          .oracle()
          .days(changed)
          .map((dt) => `${changed.name} ${dt}`);
        // That the rest is minimal is what the simulation checks at every build.
        const { built, reasons } = simulation.run();
        expect(built.filter((name) => name.startsWith(`${changed.name} `))).toEqual(own);
        for (const [name, reason] of reasons)
          expect(reason).toBe(name.startsWith(`${changed.name} `) ? 'code' : 'inputs');
        const readers = readersOf(simulation.oracle(), models, new Set(own));
        for (const name of built) expect(own.includes(name) || readers.has(name)).toBe(true);
        expectTruth(simulation);
      }),
    );
  });

  it('publishes and retires as a changed declaration wants: other days, windows, outputs', () => {
    fc.assert(
      fc.property(randomWorld, randomWorld, (before, after) => {
        // Another graph under the same names, on the same arrivals; what no model writes any more is left alone.
        const models = after.models.map((spec) => ({ ...spec, code: 1 }));
        const simulation = warehouse(before);
        simulation.release(models);
        simulation.run();
        const written = new Set(models.flatMap(tablesOf));
        const published = [...simulation.published()].filter(([name]) => written.has(name.split(' ')[0]!));
        expect(new Map(published)).toEqual(simulation.oracle().wanted());
        expect(simulation.plan()).toMatchObject(NOTHING);
      }),
    );
  });
});

describe('a scope', () => {
  const scope = fc.record(
    {
      tables: fc.subarray(['silver.a', 'quarantine.b', 'gold.p', 'gold.q', 'gold.r_twin', 'gold.s', 'gold.t'], {
        minLength: 1,
      }),
      from: fc.constantFrom('2026-01-20', '2026-01-31', '2026-02-01', '2026-02-20'),
      to: fc.constantFrom('2026-01-19', '2026-01-31', '2026-02-01', '2026-02-03'),
    },
    { requiredKeys: [] },
  );

  function asked(
    simulation: Simulation,
    models: readonly ModelSpec[],
    { tables, from = '0000', to = '9999' }: Scope,
  ): string[] {
    const isWithin = (spec: ModelSpec, dt: string) =>
      spec.partitions === 'month'
        ? dt.slice(0, 7) >= from.slice(0, 7) && dt.slice(0, 7) <= to.slice(0, 7) && from <= to
        : dt >= from && dt <= to;
    return models
      .filter((spec) => !tables || tablesOf(spec).some((table) => tables.includes(table)))
      .flatMap((spec) =>
        simulation
          .oracle()
          .days(spec)
          .filter((dt) => isWithin(spec, dt))
          .map((dt) => `${spec.name} ${dt}`),
      );
  }

  it('builds from nothing exactly what it asks for and what that reads', () => {
    fc.assert(
      fc.property(randomWorld, scope, (world, part) => {
        fc.pre((part.from ?? '') <= (part.to ?? '9999'));
        const simulation = warehouse(world, 0);
        const needed = withInputs(simulation.oracle(), world.models, asked(simulation, world.models, part));
        const { built, last } = simulation.run({ scope: part });
        expect(sorted(built)).toEqual(sorted(needed));
        expect(last).toMatchObject(NOTHING);
      }),
    );
  });

  it('brings up to date what it asks for, leaves the rest as it was, and the rest comes later', () => {
    fc.assert(
      fc.property(randomWorld, scope, fc.nat(2), (world, part, built) => {
        fc.pre((part.from ?? '') <= (part.to ?? '9999'));
        const simulation = warehouse(world, built);
        const before = simulation.published();
        const needed = withInputs(simulation.oracle(), world.models, asked(simulation, world.models, part));
        const { built: rebuilt } = simulation.run({ scope: part });
        for (const name of rebuilt) expect(needed.has(name)).toBe(true);
        const truth = simulation.oracle().wanted();
        const after = simulation.published();
        for (const spec of world.models) {
          for (const table of tablesOf(spec)) {
            for (const dt of simulation.oracle().days(spec)) {
              const isNeeded = needed.has(`${spec.name} ${dt}`);
              expect(after.get(`${table} ${dt}`)).toBe((isNeeded ? truth : before).get(`${table} ${dt}`));
            }
          }
        }
        simulation.run();
        expectTruth(simulation);
      }),
    );
  });

  it('with force builds all it asks for once, and nothing else that is not stale', () => {
    fc.assert(
      fc.property(randomWorld, fc.option(scope), (world, part) => {
        fc.pre(!part || (part.from ?? '') <= (part.to ?? '9999'));
        const simulation = warehouse(world);
        const { built, reasons, last } = simulation.run({ force: true, ...(part ? { scope: part } : {}) });
        expect(sorted(built)).toEqual(sorted(asked(simulation, world.models, part ?? {})));
        expect([...reasons.values()].every((reason) => reason === 'forced')).toBe(true);
        expect(last).toMatchObject(NOTHING);
        expectTruth(simulation);
      }),
    );
  });
});

describe('a build that fails', () => {
  it('blocks what reads it, however far, and nothing else; it is not tried again, and readers keep what they had', () => {
    fc.assert(
      fc.property(
        randomWorld,
        fc.nat(3),
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        (world, rounds, picks) => {
          const simulation = warehouse(world, rounds);
          const oracle = simulation.oracle();
          const all = world.models.flatMap((spec) => oracle.days(spec).map((dt) => `${spec.name} ${dt}`));
          fc.pre(all.length > 0);
          const failing = new Set(picks.map((pick) => all[pick % all.length]!));
          const before = simulation.published();
          const { built, last } = simulation.run({ failing });

          const failed = new Set(built.filter((name) => failing.has(name)));
          expect(
            built.filter((name) => failing.has(name)),
            'tried once',
          ).toHaveLength(failed.size);
          const blocked = readersOf(oracle, world.models, failed);
          expect(last.ready).toEqual([]);
          expect(names(last.waiting)).toEqual(sorted(blocked));
          expect(last.waiting.every(({ on }) => on.blocked)).toBe(true);

          const truth = oracle.wanted();
          const after = simulation.published();
          for (const spec of world.models) {
            const days = oracle.days(spec);
            const stuck = days.filter((dt) => failed.has(`${spec.name} ${dt}`) || blocked.has(`${spec.name} ${dt}`));
            for (const table of tablesOf(spec)) {
              for (const dt of days) {
                const kept = stuck.includes(dt) ? before : truth;
                expect(after.get(`${table} ${dt}`)).toBe(kept.get(`${table} ${dt}`));
              }
              // What is no longer wanted goes when, and only when, all that is wanted is there.
              const unwanted = [...after.keys()].filter((name) => name.startsWith(`${table} `) && !truth.has(name));
              const old = [...before.keys()].filter((name) => name.startsWith(`${table} `) && !truth.has(name));
              expect(unwanted).toEqual(stuck.length > 0 ? old : []);
            }
          }
          simulation.run();
          expectTruth(simulation);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a run that is behind', () => {
  it('reads only what had arrived when it started', () => {
    fc.assert(
      fc.property(randomWorld, (world) => {
        const simulation = warehouse(world, 0);
        const basis = Math.ceil(world.rounds.length / 2);
        simulation.run({ basis });
        expect(simulation.published()).toEqual(simulation.oracle(basis).wanted());
        simulation.run();
        expectTruth(simulation);
      }),
    );
  });

  it('neither replaces nor retires what a run that saw more has published', () => {
    fc.assert(
      fc.property(randomWorld, fc.boolean(), (world, force) => {
        const simulation = warehouse(world, world.rounds.length - 1);
        const basis = simulation.state.seq - 1;
        simulation.run();
        const wanted = simulation.oracle().wanted();
        const versions = () => [...simulation.state.partitions.values()].flatMap((table) => [...table.values()]);
        const before = versions();
        const { reasons, last } = simulation.run({ basis, force });
        expect(last).toMatchObject(NOTHING);
        const after = versions().filter(({ table, dt }) => wanted.has(`${table} ${dt}`));
        if (force) expect(after.every((version, i) => version.basis >= before[i]!.basis)).toBe(true);
        else expect(after).toEqual(before);
        if (!force) expect([...reasons.keys()]).toEqual([]);
        expect([...simulation.published().keys()].filter((name) => !wanted.has(name))).toEqual([]);
        simulation.run();
        expectTruth(simulation);
      }),
      { numRuns: 100 },
    );
  });

  it('of older code leaves alone what newer code has published, even if that writes fewer tables', () => {
    fc.assert(
      fc.property(randomWorld, fc.nat(), fc.boolean(), (world, pick, fewer) => {
        const simulation = warehouse(world);
        const changed = world.models[pick % world.models.length]!;
        const isRead = world.models.some(({ inputs }) => inputs.some(({ table }) => changed.others.includes(table)));
        const others = fewer && !isRead ? [] : changed.others;
        simulation.release(world.models.map((spec) => (spec === changed ? { ...spec, others, code: 1 } : spec)));
        simulation.run();
        const days = simulation.oracle().days(changed);
        const after = simulation.published();
        simulation.release(world.models);
        const { built, last } = simulation.run({ release: OLDER });
        expect(built).toEqual([]);
        expect(last).toMatchObject(NOTHING);
        expect(last.ahead.map(({ table, dt }) => `${table} ${dt}`)).toEqual(days.map((dt) => `${changed.name} ${dt}`));
        expect(simulation.published()).toEqual(after);
      }),
    );
  });

  it('of older code still builds what the newer has not, and the newer takes that over', () => {
    fc.assert(
      fc.property(randomWorld, fc.nat(), (world, pick) => {
        const simulation = warehouse(world, world.rounds.length - 1);
        const changed = world.models[pick % world.models.length]!;
        const newer = world.models.map((spec) => (spec === changed ? { ...spec, code: 1 } : spec));
        const { last } = simulation.run({ release: OLDER });
        expect(last).toMatchObject({ ...NOTHING, ahead: [] });
        simulation.release(newer);
        simulation.run();
        expectTruth(simulation);
      }),
    );
  });
});
