import type { CatalogTable } from '../../core/catalog/catalog-table.ts';
import type { Column, SqlType } from '../../core/model/column.ts';
import { type GluePlaces, type GlueTable, glueColumn, glueName, oneLine } from './glue-table.ts';

const BALANCE = 'ops.balance';

/** The view `ops.balance`: the balances of all entities, one below the other. */
export function glueBalanceView(tables: readonly CatalogTable[], places: GluePlaces): GlueTable {
  const parts = tables.filter(({ table }) => table.startsWith(`${BALANCE}_`));
  const columns: Column[] = [
    ...parts[0]!.columns,
    { name: 'dt', type: 'varchar', meaning: 'The day of the events, UTC.' },
  ];
  const names = columns.map(({ name }) => name).join(', ');
  const selects = parts.map(({ table }) => {
    const { database, name } = glueName(table, places);
    return `select ${names} from ${database}.${name}`;
  });
  return glueView(
    BALANCE,
    'Where the records of every entity went, by day.',
    columns,
    selects.join('\nunion all\n'),
    places,
  );
}

/**
 * A view as Athena stores it: its text and columns as JSON, in base64, in a comment. It has no description, because Trino
 * takes that for the comment by which it tells a view.
 */
function glueView(
  table: string,
  meaning: string,
  columns: readonly Column[],
  sql: string,
  places: GluePlaces,
): GlueTable {
  const { database, name } = glueName(table, places);
  const definition = {
    originalSql: sql,
    catalog: 'awsdatacatalog',
    schema: database,
    // Who asks needs the rights on what the view reads. Without this, Trino asks for an owner.
    runAsInvoker: true,
    columns: columns.map((column) => ({ name: column.name, type: prestoType(column.type) })),
  };
  return {
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    PartitionKeys: [],
    StorageDescriptor: { Columns: columns.map(glueColumn), SerdeInfo: {} },
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
  };
}

function prestoType(type: SqlType): string {
  return type === 'timestamp' ? 'timestamp(3)' : type;
}
