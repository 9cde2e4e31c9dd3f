import { GlueClient } from '@aws-sdk/client-glue';
import { CLIENT_SETTINGS } from '../adapters/aws/client-settings.ts';
import { GlueCatalog } from '../adapters/aws/glue-catalog.ts';
import { catalogTables } from '../core/catalog/catalog-table.ts';
import { type Projected, projectLog } from '../core/catalog/project-log.ts';
import { setting } from './settings.ts';
import type { DeployedWarehouse } from './warehouse.ts';

/** Makes the deployment's catalog show what is published: of some tables, or of all. */
export function catalogOf({ project, bucket, log, store }: DeployedWarehouse) {
  const entities = project.contracts.map(({ entity }) => entity);
  const places = { warehouse: bucket, databases: setting('SLUICE_DATABASES') };
  const catalog = new GlueCatalog(new GlueClient(CLIENT_SETTINGS), catalogTables(project, entities), places);
  return (tables?: readonly string[]): Promise<Projected> =>
    projectLog({ log, catalog, store, ...(tables ? { tables } : {}) });
}
