import type { BronzeObject } from '../../core/bronze/bronze-object.ts';
import type { Day } from '../../core/dates.ts';
import type { Window } from '../../core/model/window.ts';
import type { ModelSpec } from './world.ts';

/** The content of a partition in these tests: a small number, so that different inputs often give the same; 0 has no rows. */
export type Value = number;

/** What one target day reads. */
export interface Reading {
  /** Inputs in order: the partitions with rows in the window, and the days of the window that the input has at all. */
  readonly inputs: readonly {
    readonly table: string;
    readonly contents: readonly string[];
    readonly days: readonly Day[];
  }[];
}

/** What the models of these tests compute: lossy, and different for each output. */
export function compute(spec: ModelSpec, table: string, dt: Day, reading: Reading): Value {
  let hash = 7 + spec.code;
  for (const letter of `${table} ${dt} ${JSON.stringify(reading)}`)
    hash = (hash * 31 + letter.charCodeAt(0)) % 1_000_003;
  return hash % 4;
}

/**
 * What should be published, by plain recursion from what has arrived: every wanted partition's content, from nothing but
 * the words of the design. Days are counted one at a time; nothing here is shared with the planner.
 */
export class Oracle {
  readonly #specs: readonly ModelSpec[];
  readonly #bronze: readonly BronzeObject[];
  readonly #values = new Map<string, Value>();
  readonly #days = new Map<ModelSpec, Day[]>();
  readonly #spans = new Map<ModelSpec, Day[]>();

  constructor(specs: readonly ModelSpec[], bronze: readonly BronzeObject[]) {
    this.#specs = specs;
    this.#bronze = bronze;
  }

  /** All that should be published, as `table dt`. */
  wanted(): Map<string, Value> {
    const all = new Map<string, Value>();
    for (const spec of this.#specs) {
      for (const dt of this.days(spec))
        for (const table of tablesOf(spec)) all.set(`${table} ${dt}`, this.value(table, dt));
    }
    return all;
  }

  value(table: string, dt: Day): Value {
    const name = `${table} ${dt}`;
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const spec = this.writer(table);
    const value = compute(spec, table, dt, this.reading(spec, dt));
    this.#values.set(name, value);
    return value;
  }

  reading(spec: ModelSpec, dt: Day): Reading {
    const inputs = spec.inputs.map(({ table, window }) => {
      if (table.startsWith('bronze.')) return { table, contents: this.objects(table.slice(7), dt), days: [] };
      const read = this.reads(table, window, dt);
      const contents = read
        .map((day) => `${day} ${this.value(table, day)}`)
        .filter((content) => !content.endsWith(' 0'));
      const isBounded = window.kind === 'month' || window.from !== -Infinity;
      return {
        table,
        contents,
        days: isBounded ? this.#span(this.writer(table)).filter((day) => covers(window, dt, day)) : [],
      };
    });
    return { inputs };
  }

  /** The partitions of a table that a window covers. */
  reads(table: string, window: Window, dt: Day): Day[] {
    return this.days(this.writer(table)).filter((day) => covers(window, dt, day));
  }

  /** The days that a model keeps. */
  days(spec: ModelSpec): Day[] {
    const known = this.#days.get(spec);
    if (known) return known;
    const days = this.#kept(spec);
    this.#days.set(spec, days);
    return days;
  }

  #kept(spec: ModelSpec): Day[] {
    const span = this.#span(spec);
    if (spec.partitions === 'month') return span.filter((day) => day.endsWith('-01'));
    const last = span.at(-1);
    return span.filter(
      (day) =>
        spec.keep.includes('all') ||
        (spec.keep.includes('last') && day === last) ||
        (spec.keep.includes('month-end') && next(day).endsWith('-01')),
    );
  }

  /** Keys of the bronze objects that a silver partition is made of. */
  objects(entity: string, dt: Day): string[] {
    return this.#bronze
      .filter((object) => object.entity === entity && (isDated(object) ? object.eventDate : object.ingestDate) === dt)
      .map(({ key }) => key)
      .sort();
  }

  writer(table: string): ModelSpec {
    return this.#specs.find((spec) => tablesOf(spec).includes(table))!;
  }

  /** Every day that a table has: of a monthly one, from the first day of its first month. */
  #span(spec: ModelSpec): Day[] {
    const known = this.#spans.get(spec);
    if (known) return known;
    const days = this.#dataDays(spec);
    for (const { table } of spec.inputs) {
      if (!table.startsWith('bronze.')) continue;
      for (const object of this.#bronze)
        if (`bronze.${object.entity}` === table && !isDated(object)) days.push(object.ingestDate);
    }
    const [first, last] = ends(days);
    const span = days.length > 0 ? sequence(spec.partitions === 'month' ? `${first.slice(0, 8)}01` : first, last) : [];
    this.#spans.set(spec, span);
    return span;
  }

  /** The first and the last day of what a model reads, however far upstream; the last is the same for all. */
  #dataDays(spec: ModelSpec): Day[] {
    const dated = this.#bronze.filter(isDated).map((object) => object.eventDate);
    if (dated.length === 0) return [];
    const [, newestEvent] = ends(dated);
    const [, newestArrival] = ends(this.#bronze.map((object) => object.ingestDate));
    const last = newestEvent < newestArrival ? newestEvent : newestArrival;
    const days = spec.inputs.flatMap(({ table }) => {
      if (!table.startsWith('bronze.')) return this.#dataDays(this.writer(table));
      const own = this.#bronze.filter((object) => `bronze.${object.entity}` === table && isDated(object));
      return own.map((object) => object.eventDate);
    });
    const before = days.filter((day) => day <= last);
    return before.length > 0 ? [ends(before)[0], last] : [];
  }
}

export function tablesOf(spec: ModelSpec): string[] {
  return [spec.name, ...spec.others];
}

/** Every partition of a model that reads one of `names` (`model dt`), however far downstream. */
export function readersOf(oracle: Oracle, specs: readonly ModelSpec[], names: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  // Models come after what they read.
  for (const spec of specs) {
    for (const dt of oracle.days(spec)) {
      const isReader = spec.inputs.some(({ table, window }) => {
        if (table.startsWith('bronze.')) return false;
        const { name } = oracle.writer(table);
        return oracle
          .reads(table, window, dt)
          .some((day) => names.has(`${name} ${day}`) || found.has(`${name} ${day}`));
      });
      if (isReader) found.add(`${spec.name} ${dt}`);
    }
  }
  return found;
}

/** Some partitions (`model dt`) and all that they read, however far upstream. */
export function withInputs(oracle: Oracle, specs: readonly ModelSpec[], names: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const [model, dt] = name.split(' ') as [string, string];
    for (const { table, window } of specs.find((spec) => spec.name === model)!.inputs) {
      if (table.startsWith('bronze.')) continue;
      for (const day of oracle.reads(table, window, dt)) visit(`${oracle.writer(table).name} ${day}`);
    }
  };
  for (const name of names) visit(name);
  return found;
}

/** Whether the window of a target `dt` covers `day`. */
export function covers(window: Window, dt: Day, day: Day): boolean {
  if (window.kind === 'month') return day.slice(0, 7) === dt.slice(0, 7);
  const distance = (Date.parse(day) - Date.parse(dt)) / 86_400_000;
  return distance >= window.from && distance <= window.to;
}

function isDated(object: BronzeObject): boolean {
  return object.entity !== 'unparsable' && object.eventDate !== 'unknown';
}

function ends(days: readonly Day[]): [Day, Day] {
  const sorted = [...days].sort();
  return [sorted[0] ?? '', sorted.at(-1) ?? ''];
}

function sequence(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let day = first; day <= last; day = next(day)) days.push(day);
  return days;
}

function next(day: Day): Day {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}
