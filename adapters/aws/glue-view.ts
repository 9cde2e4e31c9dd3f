import type { CatalogTable } from '../../core/catalog/catalog-table.ts';
import type { Column } from '../../core/model/column.ts';
import { type GluePlaces, type GlueTable, glueColumn, glueName } from './glue-table.ts';

const BALANCE = 'ops.balance';

/** The view `ops.balance`: the balances of all entities, one below the other. */
export function glueBalanceView(tables: readonly CatalogTable[], places: GluePlaces): GlueTable {
  const parts = tables.filter(({ table }) => table.startsWith(`${BALANCE}_`));
  const columns: Pick<Column, 'name' | 'type'>[] = [...parts[0]!.columns, { name: 'dt', type: 'varchar' }];
  const names = columns.map(({ name }) => name).join(', ');
  const selects = parts.map(({ table }) => {
    const { database, name } = glueName(table, places);
    return `select ${names} from ${database}.${name}`;
  });
  const { database, name } = glueName(BALANCE, places);
  return {
    Name: name,
    // No description: Trino takes that for the comment by which it tells a view.
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    PartitionKeys: [],
    StorageDescriptor: { Columns: columns.map(glueColumn), SerdeInfo: {} },
    ViewOriginalText: viewText(selects.join('\nunion all\n'), database, columns),
    ViewExpandedText: '/* Presto View */',
  };
}

/** A view's text and columns (of the types that Glue and Presto call alike, or varchar), as Athena stores them. */
function viewText(sql: string, schema: string, columns: readonly Pick<Column, 'name' | 'type'>[]): string {
  const definition = {
    originalSql: sql,
    catalog: 'awsdatacatalog',
    schema,
    columns: columns.map(({ name, type }) => ({ name, type })),
    // Who asks needs the rights on what the view reads; otherwise the view would need an owner who has them.
    runAsInvoker: true,
  };
  return `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`;
}
