import {
  BatchDeleteTableCommand,
  DeleteDatabaseCommand,
  EntityNotFoundException,
  type GlueClient,
  paginateGetTables,
} from '@aws-sdk/client-glue';
import { askGlue } from './ask-glue.ts';
import { checkBatch, GLUE_BATCH } from './glue-batch.ts';

/** Drops a staging database with all tables in it; one that is gone already is no error. */
export async function dropStaging(glue: GlueClient, database: string): Promise<void> {
  await askGlue(`drop database ${database}`, () => dropAll(glue, database));
}

async function dropAll(glue: GlueClient, database: string): Promise<void> {
  try {
    const names: string[] = [];
    for await (const { TableList: page = [] } of paginateGetTables({ client: glue }, { DatabaseName: database })) {
      names.push(...page.map(({ Name }) => Name!));
    }
    await dropTables(glue, database, names);
    await glue.send(new DeleteDatabaseCommand({ Name: database }));
  } catch (error) {
    if (!(error instanceof EntityNotFoundException)) throw error;
  }
}

/** Drops tables of a staging database; those that are gone already are no error. */
export async function dropStagingTables(glue: GlueClient, database: string, names: readonly string[]): Promise<void> {
  await askGlue(`drop tables of ${database}`, () => dropTables(glue, database, names));
}

async function dropTables(glue: GlueClient, database: string, names: readonly string[]): Promise<void> {
  for (let start = 0; start < names.length; start += GLUE_BATCH) {
    const { Errors: errors = [] } = await glue.send(
      new BatchDeleteTableCommand({
        DatabaseName: database,
        TablesToDelete: names.slice(start, start + GLUE_BATCH),
      }),
    );
    const failed = errors.filter(({ ErrorDetail: detail }) => detail?.ErrorCode !== 'EntityNotFoundException');
    checkBatch(failed, `tables of ${database} were not dropped`);
  }
}
