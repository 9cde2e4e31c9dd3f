import { dayNumber, dayOf } from '../../core/dates.ts';
import type { Project } from '../../core/model/project.ts';
import { windowRange } from '../../core/plan/wanted-days.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** What there is to read, by `table dt`: the rows of a published partition, the objects of a day of bronze. */
export type Readings = Map<string, string>;

export async function readings(pipeline: Pipeline): Promise<Readings> {
  const state = await pipeline.log.read();
  const found: Readings = new Map();
  for (const versions of state.partitions.values())
    for (const { table, dt } of versions.values()) found.set(`${table} ${dt}`, '');
  for (const [table, rows] of await pipeline.rows(state)) {
    for (const row of rows) {
      const name = `${table} ${row.at(-1)}`;
      found.set(name, `${found.get(name)}\n${JSON.stringify(row)}`);
    }
  }
  for (const [entity, objects] of state.bronze) {
    for (const { key, eventDate, ingestDate } of objects) {
      const name = `bronze.${entity} ${/^\d/.test(eventDate) ? eventDate : ingestDate}`;
      found.set(name, `${found.get(name) ?? ''}\n${key}`);
    }
  }
  return found;
}

/**
 * Partitions that a run published over a version that had read the same: no partition in any of its windows has other rows,
 * has come or gone. Told by the rows themselves, not by the digests that the planner goes by.
 */
export function needlessBuilds(project: Project, report: RunReport, before: Readings, after: Readings): string[] {
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  const changedDays = new Map<string, number[]>();
  for (const name of changed) {
    const [table, dt] = name.split(' ') as [string, string];
    changedDays.set(table, [...(changedDays.get(table) ?? []), dayNumber(dt)]);
  }
  return report.published.flatMap(({ table, dt }) => {
    if (!before.has(`${table} ${dt}`)) return [];
    const reads = project.tables.get(table)!.model.inputs.some((input) => {
      const { first, last } = windowRange(input.window, dayNumber(dt));
      return (changedDays.get(input.table) ?? []).some((day) => first <= day && day <= last);
    });
    return reads ? [] : [`${table} ${dayOf(dayNumber(dt))}`];
  });
}
