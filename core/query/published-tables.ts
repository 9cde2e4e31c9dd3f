import { UNPARSABLE } from '../bronze/bronze-object.ts';
import { BRONZE_COLUMNS } from '../bronze/columns.ts';
import type { Contract } from '../contract/contract.ts';
import type { LedgerState } from '../ledger/state.ts';
import type { Project } from '../model/project.ts';
import type { Relation } from '../ports/query-engine.ts';

/** A project and the contracts that it has bronze of. */
type Published = Project & { readonly contracts: readonly Contract[] };

/** Over all entities: the union of what the models write for each. */
export const BALANCE = 'ops.balance';

/** Every table that analysts can name, as `layer.name`: bronze by entity, what the models write, and `ops.balance` over all entities. */
export function queryableTables(project: Published): string[] {
  const bronze = [...project.contracts.map(({ entity }) => entity), UNPARSABLE].map((entity) => `bronze.${entity}`);
  return [...bronze, ...project.tables.keys(), BALANCE];
}

/** The files that a queryable table consists of in one state of the ledger. */
export function publishedRelation(project: Published, state: LedgerState, table: string): Relation {
  const name = table;
  if (table.startsWith('bronze.')) {
    const files = (state.bronze.get(table.slice(7)) ?? []).map((object) => object.key);
    return { name, columns: BRONZE_COLUMNS, partitionedBy: ['entity', 'ingest_date', 'event_date'], files };
  }
  const parts = table === BALANCE ? balanceParts(project) : [table];
  const files = parts.flatMap((part) =>
    [...(state.partitions.get(part)?.values() ?? [])].flatMap((version) => version.files),
  );
  return { name, columns: project.tables.get(parts[0]!)!.output.columns, partitionedBy: ['dt'], files };
}

/** The tables that `ops.balance` is the union of. */
export function balanceParts(project: Project): string[] {
  return [...project.tables.keys()].filter((part) => part.startsWith(`${BALANCE}_`));
}
