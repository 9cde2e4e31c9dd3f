import { UNPARSABLE } from '../../core/bronze/bronze-object.ts';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import type { Relation } from '../../core/ports/query-engine.ts';
import type { LoadedProject } from './project-files.ts';

const BALANCE = 'ops.balance';

/** Every table that analysts can name, as `layer.name`: bronze by entity, what the models write, and `ops.balance` over all entities. */
export function queryableTables(project: LoadedProject): string[] {
  const bronze = [...project.contracts.map(({ entity }) => entity), UNPARSABLE].map((entity) => `bronze.${entity}`);
  return [...bronze, ...project.tables.keys(), BALANCE];
}

/** The files that a queryable table consists of in one state of the ledger. */
export function publishedRelation(project: LoadedProject, state: LedgerState, table: string): Relation {
  const name = table;
  if (table.startsWith('bronze.')) {
    const files = (state.bronze.get(table.slice(7)) ?? []).map((object) => object.key);
    return { name, columns: BRONZE_COLUMNS, partitionedBy: ['entity', 'ingest_date', 'event_date'], files };
  }
  const parts =
    table === BALANCE ? [...project.tables.keys()].filter((part) => part.startsWith(`${BALANCE}_`)) : [table];
  const files = parts.flatMap((part) =>
    [...(state.partitions.get(part)?.values() ?? [])].flatMap((version) => version.files),
  );
  return { name, columns: project.tables.get(parts[0]!)!.output.columns, partitionedBy: ['dt'], files };
}
