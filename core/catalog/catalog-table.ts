import { UNPARSABLE } from '../bronze/bronze-object.ts';
import { BRONZE_COLUMNS } from '../bronze/columns.ts';
import type { Column } from '../model/column.ts';
import type { Project } from '../model/project.ts';

/** A table as a catalog shows it to analysts. */
export interface CatalogTable {
  /** Full name, `<layer>.<name>`. */
  readonly table: string;
  /** What one row is. */
  readonly meaning: string;
  readonly columns: readonly Column[];
  /** Columns that are in the paths of the files; all are text. */
  readonly partitionedBy: readonly string[];
}

/** The partition columns of bronze, as its keys have them: `bronze/entity=E/ingest_date=D/event_date=D/`. */
const BRONZE_PARTITIONS = ['entity', 'ingest_date', 'event_date'];

/** The tables of a project: bronze by entity, `unparsable` last, then what the models write. (`ops.balance` is a view.) */
export function catalogTables(project: Project, entities: readonly string[]): CatalogTable[] {
  const bronze = [...entities, UNPARSABLE].map((entity) => ({
    table: `bronze.${entity}`,
    meaning: entity === UNPARSABLE ? 'A record that could not be parsed or routed.' : `A record received of ${entity}.`,
    columns: BRONZE_COLUMNS,
    partitionedBy: BRONZE_PARTITIONS,
  }));
  const built = [...project.tables.values()].map(({ output: { table, meaning, columns } }) => {
    return { table, meaning, columns, partitionedBy: ['dt'] };
  });
  return [...bronze, ...built];
}
