import { type Database, type GlueClient, paginateGetDatabases } from '@aws-sdk/client-glue';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { dropStaging } from './drop-staging.ts';
import { STAGING_MARK } from './staging-session.ts';

/** What was left behind by sessions whose processes died. */
export interface CollectedStaging {
  readonly databases: readonly string[];
  readonly objects: number;
}

/**
 * Drops staging databases of a deployment, and objects below tmp/, that are older than `olderThanMs` (which must be longer
 * than any session lasts). Only databases that the deployment has marked as staging are touched.
 *
 * @param databases the prefix of the deployment's databases
 */
export async function collectStaging(
  glue: GlueClient,
  store: ObjectStore,
  databases: string,
  olderThanMs: number,
): Promise<CollectedStaging> {
  const before = Date.now() - olderThanMs;
  const old = (await stagingDatabases(glue, databases)).filter(
    ({ CreateTime: created }) => created !== undefined && created.getTime() < before,
  );
  for (const { Name: name } of old) await dropStaging(glue, name!);
  const objects = (await store.list('tmp/')).filter(({ modifiedAt }) => modifiedAt < before);
  await store.delete(objects.map(({ key }) => key));
  return { databases: old.map(({ Name: name }) => name!), objects: objects.length };
}

async function stagingDatabases(glue: GlueClient, databases: string): Promise<Database[]> {
  const found: Database[] = [];
  for await (const { DatabaseList: page = [] } of paginateGetDatabases({ client: glue }, {})) {
    for (const database of page) {
      if (!database.Name?.startsWith(`${databases}_staging_`)) continue;
      if (database.Parameters?.[STAGING_MARK] === databases) found.push(database);
    }
  }
  return found;
}
