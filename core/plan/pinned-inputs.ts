import { BRONZE_COLUMNS } from '../bronze/columns.ts';
import { type Day, dayNumber, dayOf } from '../dates.ts';
import { type LedgerState, publishedPartition } from '../ledger/state.ts';
import { type Model, relationName } from '../model/model.ts';
import type { Project } from '../model/project.ts';
import type { Relation, ValuesRelation } from '../ports/query-engine.ts';
import { type BronzeIndex, bronzeAsOf, indexBronze } from './bronze-index.ts';
import { type DayRange, domains } from './domain.ts';
import { keyRange, wantedDays, windowRange } from './wanted-days.ts';

/** What a build of some target days reads: these files and no others. */
export interface PinnedInputs {
  /** One for each input of the model, under its relation name. */
  readonly relations: readonly Relation[];
  /** `input_days(input, dt)`. */
  readonly days: ValuesRelation;
  /** Bytes and rows of all of them. */
  readonly bytes: number;
  /** Records that the writers of bronze counted for each target day; empty for a model that does not read bronze. */
  readonly received: ReadonlyMap<Day, number>;
  /** The id of the key that pseudonyms are made with; undefined if the warehouse has none (yet). */
  readonly pseudonymKey: string | undefined;
}

/** Finds the inputs of builds in one state of the ledger. */
export class InputPins {
  readonly #project: Project;
  readonly #state: LedgerState;
  readonly #bronze: BronzeIndex;
  readonly #ranges: ReadonlyMap<Model, DayRange>;

  constructor(project: Project, state: LedgerState, basis: number) {
    this.#project = project;
    this.#state = state;
    this.#bronze = indexBronze(state, basis);
    this.#ranges = domains(project, bronzeAsOf(state, basis));
  }

  of(model: Model, targets: readonly Day[]): PinnedInputs {
    const relations: Relation[] = [];
    const days: [string, string][] = [];
    const received = new Map<Day, number>();
    let bytes = 0;
    for (const { table, window } of model.inputs) {
      const name = relationName(table);
      if (table.startsWith('bronze.')) {
        const files: string[] = [];
        for (const target of targets) {
          const objects = this.#bronze.get(table.slice(7))?.get(dayNumber(target)) ?? [];
          let rows = received.get(target) ?? 0;
          for (const object of objects) {
            files.push(object.key);
            bytes += object.bytes;
            rows += object.rows;
          }
          received.set(target, rows);
        }
        relations.push({
          name,
          columns: BRONZE_COLUMNS,
          partitionedBy: ['entity', 'ingest_date', 'event_date'],
          files,
        });
        continue;
      }
      const { model: writer, output } = this.#project.tables.get(table)!;
      const range = this.#ranges.get(writer);
      const files: string[] = [];
      const covered = range
        ? coveredDays(
            targets.map((target) => windowRange(window, dayNumber(target))),
            keyRange(writer, range),
          )
        : [];
      // What is no longer wanted may still be published, until it is retired.
      const wanted = new Set(range && wantedDays(writer, range));
      for (const day of covered) {
        if (!wanted.has(day)) continue;
        const dt = dayOf(day);
        const version = publishedPartition(this.#state, table, dt);
        if (version) {
          files.push(...version.files);
          bytes += version.bytes;
        }
      }
      const bounded = window.kind === 'month' || window.from !== Number.NEGATIVE_INFINITY;
      if (bounded) days.push(...covered.map((day): [string, string] => [table, dayOf(day)]));
      relations.push({ name, columns: output.columns, partitionedBy: ['dt'], files });
    }
    return {
      ...{ relations, days: { name: 'input_days', columns: ['input', 'dt'], rows: days }, bytes, received },
      pseudonymKey: this.#state.pseudonymKey,
    };
  }
}

/** The days of some windows that lie inside `range`, each once, in order. */
function coveredDays(windows: readonly DayRange[], range: DayRange): number[] {
  const days: number[] = [];
  let next = range.first;
  for (const window of [...windows].sort((a, b) => a.first - b.first)) {
    for (let day = Math.max(next, window.first); day <= Math.min(window.last, range.last); day++) days.push(day);
    next = Math.max(next, days.length > 0 ? days[days.length - 1]! + 1 : range.first);
  }
  return days;
}
