import { UNKNOWN_DATE, UNPARSABLE } from '../bronze/bronze-object.ts';
import { dayNumber } from '../dates.ts';
import type { ListedObject } from '../ledger/state.ts';
import type { Model } from '../model/model.ts';
import type { Project } from '../model/project.ts';

/** Days from `first` to `last`, both included, as day numbers. */
export interface DayRange {
  readonly first: number;
  readonly last: number;
}

interface Facts {
  /** Days that events are dated. */
  readonly events: DayRange | undefined;
  /** Ingestion dates of records whose event date is unknown. */
  readonly undated: DayRange | undefined;
}

/**
 * The domain of each model: the days (of a monthly model: the days of the months) that its tables have. It runs from the
 * first data day to the last, and the last is the least of the newest event day and the newest arrival day of anything
 * received, so that an event dated in a far future moves nothing. It is shared by all tables: a day on which one entity
 * was silent is an empty day of it. A silver table goes on to the arrival of its newest undated record, which is
 * quarantined under that day. A model whose inputs have no data has no domain.
 */
export function domains(project: Project, bronze: ReadonlyMap<string, readonly ListedObject[]>): Map<Model, DayRange> {
  const facts = new Map([...bronze].map(([entity, objects]) => [entity, factsOf(objects)] as const));
  const arrivals = rangeOf([...bronze.values()].flat().map((object) => dayNumber(object.ingestDate)));
  const newest = rangeOf([...facts.values()].flatMap(({ events }) => (events ? [events.last] : [])));
  const last = arrivals && newest ? Math.min(arrivals.last, newest.last) : Number.NEGATIVE_INFINITY;

  const result = new Map<Model, DayRange>();
  const dated = new Map<string, DayRange>();
  for (const model of project.models) {
    const read = model.inputs.flatMap(({ table }) => {
      const events = table.startsWith('bronze.') ? facts.get(table.slice(7))?.events : dated.get(table);
      return events && events.first <= last ? [events] : [];
    });
    const events = read.length > 0 ? { first: Math.min(...read.map((range) => range.first)), last } : undefined;
    if (events) for (const output of model.outputs) dated.set(output.table, events);
    const undated = model.inputs.map(({ table }) =>
      table.startsWith('bronze.') ? facts.get(table.slice(7))?.undated : undefined,
    );
    const domain = union([events, ...undated]);
    if (domain) result.set(model, domain);
  }
  return result;
}

function factsOf(objects: readonly ListedObject[]): Facts {
  const dated = objects.filter((object) => object.eventDate !== UNKNOWN_DATE && object.entity !== UNPARSABLE);
  const undated = objects.filter((object) => object.eventDate === UNKNOWN_DATE || object.entity === UNPARSABLE);
  return {
    events: rangeOf(dated.map((object) => dayNumber(object.eventDate))),
    undated: rangeOf(undated.map((object) => dayNumber(object.ingestDate))),
  };
}

function rangeOf(days: readonly number[]): DayRange | undefined {
  if (days.length === 0) return undefined;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const day of days) {
    if (day < first) first = day;
    if (day > last) last = day;
  }
  return { first, last };
}

function union(ranges: readonly (DayRange | undefined)[]): DayRange | undefined {
  return rangeOf(ranges.flatMap((range) => (range ? [range.first, range.last] : [])));
}
