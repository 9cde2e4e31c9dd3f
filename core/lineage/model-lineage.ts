import type { Model, Output } from '../model/model.ts';
import { parseQuery } from './parse-query.ts';
import { resolveQuery } from './query-relation.ts';
import { type FindRelation, type Relation, tableRelation } from './relation.ts';
import { UnresolvedError } from './unresolved-error.ts';

/** What every build is given besides its inputs. */
const GIVEN: ReadonlyMap<string, Relation> = new Map(
  Object.entries({ targets: ['dt'], input_days: ['input', 'dt'], pseudonym_key: ['inner_key', 'outer_key'] }).map(
    ([name, columns]) => [name, tableRelation(name, columns)],
  ),
);

/** Whether it is a relation that a build is given, not a table. */
export function isGiven(table: string): boolean {
  return GIVEN.has(table);
}

/** The lineage of one model, from its SQL. Steps and outputs are parsed when they are first asked for. */
export class ModelLineage {
  readonly #model: Model;
  readonly #steps: ReadonlyMap<string, () => Relation>;
  readonly #outputs: ReadonlyMap<string, () => Relation>;

  /** @param tables finds every table of the project by the name that SQL has for it, also those not declared as inputs */
  constructor(model: Model, tables: FindRelation) {
    this.#model = model;
    const steps = new Map<string, () => Relation>();
    for (const step of model.steps('trino')) {
      const before = new Map(steps);
      const find: FindRelation = (name) => before.get(name)?.() ?? GIVEN.get(name) ?? tables(name);
      steps.set(
        step.name,
        once(() => this.#resolve(step.sql, find)),
      );
    }
    const find: FindRelation = (name) => steps.get(name)?.() ?? GIVEN.get(name) ?? tables(name);
    this.#steps = steps;
    this.#outputs = new Map(model.outputs.map(({ table, sql }) => [table, once(() => this.#resolve(sql, find))]));
  }

  /**
   * One of its outputs: the columns and what each is made of, in columns of the tables that the model reads.
   * @throws UnresolvedError naming the file, where the SQL cannot be followed
   */
  output({ table }: Output): Relation {
    return this.#outputs.get(table)!();
  }

  /** Full names of the tables that any part of its SQL reads, sorted. Throws as `output` does. */
  reads(): string[] {
    const relations = [...this.#steps.values(), ...this.#outputs.values()].map((resolve) => resolve());
    const tables = new Set(relations.flatMap(({ reads }) => [...reads]));
    return [...tables].filter((table) => !isGiven(table)).sort();
  }

  #resolve(sql: string, find: FindRelation): Relation {
    try {
      return resolveQuery(parseQuery(sql), find);
    } catch (error) {
      if (!(error instanceof UnresolvedError) || error.message.startsWith(this.#model.file)) throw error;
      throw new UnresolvedError(`${this.#model.file}: ${error.message}`, { cause: error });
    }
  }
}

function once<T>(compute: () => T): () => T {
  let known: { value: T } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
