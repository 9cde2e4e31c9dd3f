import fc from 'fast-check';
import { type BronzeObject, bronzePrefix, UNKNOWN_DATE } from '../../core/bronze/bronze-object.ts';
import { addDays } from '../../core/dates.ts';
import type { Keep } from '../../core/model/days-kept.ts';
import type { Model } from '../../core/model/model.ts';
import { assembleProject, type Project } from '../../core/model/project.ts';
import type { Input, Window } from '../../core/model/window.ts';

/** A model as a world describes it: `code` is its version. */
export interface ModelSpec {
  readonly name: string;
  readonly others: readonly string[];
  readonly inputs: readonly Input[];
  readonly partitions: 'day' | 'month';
  readonly keep: readonly Keep[];
  readonly code: number;
}

/** A graph of models and what arrives, in rounds. */
export interface World {
  readonly models: readonly ModelSpec[];
  readonly rounds: readonly (readonly BronzeObject[])[];
}

function modelOf(spec: ModelSpec): Model {
  return {
    name: spec.name,
    inputs: spec.inputs,
    partitions: spec.partitions,
    keep: spec.keep,
    steps: () => [],
    outputs: [spec.name, ...spec.others].map((table) => ({ table, columns: [], sql: '', audits: [], meaning: '' })),
    codeDigest: `${spec.name} ${spec.code}`,
    file: `${spec.name}.sql`,
  };
}

export function projectOf(specs: readonly ModelSpec[]): Project {
  return assembleProject(specs.map(modelOf));
}

const ENTITIES = ['a', 'b', 'unparsable'];
const SAME_DAY: Window = { kind: 'days', from: 0, to: 0 };

const window: fc.Arbitrary<Window> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(SAME_DAY) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('days' as const), from: fc.integer({ min: -6, max: 0 }), to: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.constant<Window>({ kind: 'days', from: -40, to: -1 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Window[]>(...[0, -1, 2].map((to): Window => ({ kind: 'days', from: -Infinity, to }))),
  },
  { weight: 2, arbitrary: fc.constant<Window>({ kind: 'month' }) },
);

const keep = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Keep[]>(['all']) },
  { weight: 2, arbitrary: fc.constantFrom<Keep[][]>(['last'], ['month-end', 'last'], ['month-end']) },
);

const silver: readonly ModelSpec[] = ENTITIES.map((entity) => ({
  name: `silver.${entity}`,
  others: entity === 'unparsable' ? [] : [`quarantine.${entity}`],
  inputs: [{ table: `bronze.${entity}`, window: SAME_DAY }],
  partitions: 'day',
  keep: ['all'],
  code: 0,
}));

/** Names are shuffled, because the planner orders models by name where the graph leaves it open. */
const models: fc.Arbitrary<ModelSpec[]> = fc
  .record({
    entities: fc.subarray([...silver], { minLength: 1 }),
    names: fc.shuffledSubarray(['p', 'q', 'r', 's', 't'], { minLength: 1 }),
    bodies: fc.array(
      fc.record({
        picks: fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 3 }),
        windows: fc.array(window, { minLength: 3, maxLength: 3 }),
        partitions: fc.oneof(
          { weight: 4, arbitrary: fc.constant('day' as const) },
          { weight: 1, arbitrary: fc.constant('month' as const) },
        ),
        keep,
        twin: fc.boolean(),
      }),
      { minLength: 5, maxLength: 5 },
    ),
  })
  .map(({ entities, names, bodies }) => {
    const specs: ModelSpec[] = [...entities];
    for (const [i, name] of names.entries()) {
      const tables = specs.flatMap((spec) => [spec.name, ...spec.others]);
      const { picks, windows, partitions, keep: kept, twin } = bodies[i]!;
      // The newest tables first, so that graphs are deep rather than wide.
      const read = [...new Set(picks.map((pick) => tables[tables.length - 1 - (pick % tables.length)]!))];
      const inputs = read.map((table, n) => ({ table, window: windows[n]! }));
      specs.push({
        name: `gold.${name}`,
        others: twin ? [`gold.${name}_twin`] : [],
        inputs,
        partitions,
        keep: kept,
        code: 0,
      });
    }
    return specs;
  });

/** Events of days around a month's end: on time, late, ahead of their arrival, in the far future, without a date. */
const arrival = fc.record({
  entity: fc.constantFrom(...ENTITIES),
  day: fc.nat(3),
  lag: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(0, -1) },
    { weight: 3, arbitrary: fc.integer({ min: -12, max: 2 }) },
    { weight: 1, arbitrary: fc.constantFrom('9999-12-31', UNKNOWN_DATE) },
  ),
  rows: fc.integer({ min: 1, max: 9 }),
});

const rounds = fc.array(fc.array(arrival, { maxLength: 5 }), { minLength: 1, maxLength: 4 }).map((all) =>
  all.map((objects, round) =>
    objects.map(({ entity, day, lag, rows }, n): BronzeObject => {
      const ingestDate = addDays('2026-01-29', round * 3 + day);
      const dated = typeof lag === 'number' ? addDays(ingestDate, lag) : lag;
      const eventDate = entity === 'unparsable' ? UNKNOWN_DATE : dated;
      const key = `${bronzePrefix(entity, ingestDate, eventDate)}${round}-${n}.parquet`;
      return { key, entity, ingestDate, eventDate, rows, bytes: rows };
    }),
  ),
);

export const randomWorld: fc.Arbitrary<World> = fc.record({ models, rounds });
