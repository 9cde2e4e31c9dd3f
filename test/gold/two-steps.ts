import { expect } from 'vitest';
import { type Day, dayNumber } from '../../core/dates.ts';
import type { Model } from '../../core/model/model.ts';
import { windowRange } from '../../core/plan/wanted-days.ts';
import { groupBy } from '../oracle/events.ts';
import type { BuildOptions, GoldDatabase, Row } from './gold-database.ts';
import { columnsOf } from './model-files.ts';

export type Tables = ReadonlyMap<string, readonly Row[]>;

/** Models in the order of their inputs, the target days of each of them batch by batch, and what they see. */
export interface Steps extends BuildOptions {
  readonly models: readonly Model[];
  readonly batches: readonly (readonly Day[])[];
}

/**
 * Builds the models from the first tables, then from the second ones only those days that see a difference, as the planner
 * says: by the windows, and no further than rows change.
 */
export async function inTwoSteps(database: GoldDatabase, steps: Steps, before: Tables, after: Tables): Promise<void> {
  const { models, batches } = steps;
  await fromScratch(database, steps, before);
  const changed = new Map<string, readonly Day[]>();
  for (const [table, rows] of after) {
    const old = await database.rows(table);
    await database.load(table, rows);
    changed.set(table, differing(old, await database.rows(table)));
  }
  for (const model of models) {
    const isReopened = (target: Day) =>
      model.inputs.some(({ table: input, window }) => {
        const { first, last } = windowRange(window, dayNumber(target));
        return changed.get(input)!.some((each) => first <= dayNumber(each) && dayNumber(each) <= last);
      });
    const old = await database.rows(model.name);
    await database.load(
      model.name,
      old.filter((each) => !isReopened(each.at(-1)!)),
    );
    for (const targets of batches.map((each) => each.filter(isReopened)).filter((each) => each.length > 0))
      await database.build(model, targets, steps);
    changed.set(model.name, differing(old, await database.rows(model.name)));
    await expectSound(database, model);
  }
}

/** Builds every model anew from the tables. */
export async function fromScratch(database: GoldDatabase, steps: Steps, tables: Tables): Promise<void> {
  for (const [table, rows] of tables) await database.load(table, rows);
  for (const model of steps.models) {
    await database.load(model.name, []);
    for (const targets of steps.batches) await database.build(model, targets, steps);
    await expectSound(database, model);
  }
}

async function expectSound(database: GoldDatabase, model: Model): Promise<void> {
  for (const { name } of model.outputs[0]!.audits)
    expect(await database.complaints(model, name), `${model.name} ${name}`).toEqual([]);
}

/** Days whose rows differ. */
function differing(before: readonly Row[], after: readonly Row[]): Day[] {
  const byDay = (rows: readonly Row[]) => groupBy(rows, (each) => each.at(-1)!);
  const [old, fresh] = [byDay(before), byDay(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].filter(
    (each) => JSON.stringify(old.get(each)) !== JSON.stringify(fresh.get(each)),
  );
}

/** A row of a table; columns without a value are null. */
export function inTable(table: string, values: Readonly<Record<string, string>>): Row {
  return columnsOf(table).map(({ name }) => values[name] ?? null);
}
