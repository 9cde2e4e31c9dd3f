import { CreateDatabaseCommand, CreateTableCommand, type GlueClient } from '@aws-sdk/client-glue';
import { GlueCatalog } from '../../adapters/aws/glue-catalog.ts';
import { type GlueTable, glueName, glueTable } from '../../adapters/aws/glue-table.ts';
import type { CatalogTable } from '../../core/catalog/catalog-table.ts';

let catalogs = 0;

/** A catalog of its own with these tables, as a deployment makes them, over the warehouse of that bucket. */
export async function newCatalog(
  client: GlueClient,
  tables: readonly CatalogTable[],
  warehouse = 'warehouse',
): Promise<GlueCatalog> {
  const places = { warehouse, databases: `t${process.pid}_${++catalogs}` };
  await describeTables(
    client,
    tables.map((table) => ({ database: glueName(table.table, places).database, table: glueTable(table, places) })),
  );
  return new GlueCatalog(client, tables, places);
}

/** Describes tables in Glue, as the deployment of the catalog does. */
export async function describeTables(
  client: GlueClient,
  described: readonly { readonly database: string; readonly table: GlueTable }[],
): Promise<void> {
  for (const Name of new Set(described.map(({ database }) => database)))
    await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
  for (const { database, table } of described)
    await client.send(new CreateTableCommand({ DatabaseName: database, TableInput: table }));
}
