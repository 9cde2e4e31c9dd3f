import { UNPARSABLE } from '../bronze/bronze-object.ts';
import { BRONZE_COLUMNS } from '../bronze/columns.ts';
import type { Contract } from '../contract/contract.ts';
import { type Model, type Output, relationName } from '../model/model.ts';
import type { Project } from '../model/project.ts';
import type { Input } from '../model/window.ts';
import { withAllBalances } from './all-balances.ts';
import { ModelLineage } from './model-lineage.ts';
import { type Origin, originsOf } from './origin.ts';
import { type FindRelation, type Relation, tableRelation } from './relation.ts';
import { UnresolvedError } from './unresolved-error.ts';

/** A project and the contracts that it has bronze of. */
export type ContractedProject = Project & { readonly contracts: readonly Contract[] };

/** What a model reads: declared in its header or by its contract, with the window; read by its SQL. */
export interface Read {
  readonly table: string;
  /** Absent if the SQL reads a table that is not declared. */
  readonly input?: Input;
  /** False if it is declared but no SQL reads it. */
  readonly used: boolean;
}

/** Where every table and column of a project comes from. Only the SQL that an answer needs is parsed. */
export class ProjectLineage {
  readonly project: ContractedProject;
  readonly #find: FindRelation;
  readonly #models = new Map<Model, ModelLineage>();

  constructor(project: ContractedProject) {
    this.project = withAllBalances(project);
    const relations = new Map<string, Relation>();
    for (const { table, columns } of this.#tableColumns())
      relations.set(relationName(table), tableRelation(table, columns));
    this.#find = (name) => relations.get(name);
  }

  /** Every table: bronze by entity, then what the models write, each after what it reads. */
  get tables(): string[] {
    return [...this.#tableColumns()].map(({ table }) => table);
  }

  /** The columns of a table in order, its partition columns last; empty if there is no such table. */
  columns(table: string): readonly string[] {
    return [...this.#tableColumns()].find((each) => each.table === table)?.columns ?? [];
  }

  /** For a bronze table: the fields that its contract declares, as `payload.<field>`. */
  fields(table: string): readonly string[] {
    const contract = this.project.contracts.find(({ entity }) => table === `bronze.${entity}`);
    return Object.keys(contract?.fields ?? {}).map((field) => `payload.${field}`);
  }

  /**
   * What the model of a table reads, in the order declared; nothing for bronze.
   * @throws UnresolvedError where its SQL cannot be followed
   */
  reads(table: string): Read[] {
    const written = this.project.tables.get(table);
    if (!written) return [];
    const used = this.#lineage(written.model).reads();
    const declared = written.model.inputs.map((input) => ({
      table: input.table,
      input,
      used: used.includes(input.table),
    }));
    const others = used.filter((name) => !declared.some((read) => read.table === name));
    return [...declared, ...others.map((name) => ({ table: name, used: true }))];
  }

  /** The outputs whose models declare that they read a table. */
  readers(table: string): { readonly output: Output; readonly input: Input }[] {
    return this.project.models.flatMap(({ inputs, outputs }) => {
      const input = inputs.find((each) => each.table === table);
      return input ? outputs.map((output) => ({ output, input })) : [];
    });
  }

  /**
   * What a column is made of, in columns of the tables that its model reads: what flows into it first, then what decides;
   * nothing for bronze.
   * @throws UnresolvedError where the SQL cannot be followed or has no such column
   */
  origins(table: string, column: string): readonly Origin[] {
    const written = this.project.tables.get(table);
    if (!written) return [];
    const { columns } = this.#lineage(written.model).output(written.output);
    const found = columns.find(({ name }) => name === column);
    if (!found) throw new UnresolvedError(`${written.model.file}: ${table} has no column ${column} in its SQL`);
    return originsOf(found.sources.values());
  }

  /** The columns that the SQL of a table gives, in order. Throws as `origins` does. */
  selected(table: string): string[] {
    const { model, output } = this.project.tables.get(table)!;
    return this.#lineage(model)
      .output(output)
      .columns.map(({ name }) => name);
  }

  #lineage(model: Model): ModelLineage {
    const lineage = this.#models.get(model) ?? new ModelLineage(model, this.#find);
    this.#models.set(model, lineage);
    return lineage;
  }

  *#tableColumns(): Generator<{ table: string; columns: string[] }> {
    const names = BRONZE_COLUMNS.map(({ name }) => name);
    for (const entity of [...this.project.contracts.map((contract) => contract.entity), UNPARSABLE])
      yield { table: `bronze.${entity}`, columns: [...names, 'entity', 'ingest_date', 'event_date'] };
    for (const { outputs } of this.project.models) {
      for (const { table, columns } of outputs) yield { table, columns: [...columns.map(({ name }) => name), 'dt'] };
    }
  }
}
