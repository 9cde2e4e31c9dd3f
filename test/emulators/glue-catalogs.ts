import { CreateDatabaseCommand, CreateTableCommand, type GlueClient } from '@aws-sdk/client-glue';
import { GlueCatalog } from '../../adapters/aws/glue-catalog.ts';
import { glueName, glueTable } from '../../adapters/aws/glue-table.ts';
import type { CatalogTable } from '../../core/catalog/catalog-table.ts';

let catalogs = 0;

/** A catalog of its own with these tables, as a deployment makes them, over the warehouse of that bucket. */
export async function newCatalog(
  client: GlueClient,
  tables: readonly CatalogTable[],
  warehouse = 'warehouse',
): Promise<GlueCatalog> {
  const places = { warehouse, databases: `t${process.pid}_${++catalogs}` };
  const made = new Set<string>();
  for (const table of tables) {
    const { database } = glueName(table.table, places);
    if (!made.has(database)) await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
    made.add(database);
    const TableInput = glueTable(table, places);
    await client.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  }
  return new GlueCatalog(client, tables, places);
}
