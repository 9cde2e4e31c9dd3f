import {
  AlreadyExistsException,
  BatchCreatePartitionCommand,
  CreateDatabaseCommand,
  CreateTableCommand,
  type GlueClient,
  type PartitionInput,
  type TableInput,
} from '@aws-sdk/client-glue';
import { askGlue } from './ask-glue.ts';
import { dropStaging, dropStagingTables } from './drop-staging.ts';
import { checkBatch, GLUE_BATCH } from './glue-batch.ts';
import { STAGING_MARK } from './staging-session.ts';

/**
 * A Glue database with the tables of one session. What is there already was made by the same session before it went on in
 * this process, and is the same: the tables of a session follow from its id.
 */
export class StagingDatabase {
  readonly #glue: GlueClient;
  readonly name: string;

  constructor(glue: GlueClient, name: string) {
    this.#glue = glue;
    this.name = name;
  }

  /** @param databases the deployment it belongs to, by the prefix of its databases */
  async create(databases: string): Promise<void> {
    const DatabaseInput = {
      Name: this.name,
      Description: 'Tables of one build, dropped at its end.',
      Parameters: { [STAGING_MARK]: databases },
    };
    await askGlue(`create database ${this.name}`, () =>
      unlessThere(this.#glue.send(new CreateDatabaseCommand({ DatabaseInput }))),
    );
  }

  async createTable(table: TableInput, partitions: readonly PartitionInput[] = []): Promise<void> {
    const name = `${this.name}.${table.Name}`;
    await askGlue(`create table ${name}`, () =>
      unlessThere(this.#glue.send(new CreateTableCommand({ DatabaseName: this.name, TableInput: table }))),
    );
    for (let start = 0; start < partitions.length; start += GLUE_BATCH) {
      const some = partitions.slice(start, start + GLUE_BATCH);
      await askGlue(`create partitions of ${name}`, () => this.#createPartitions(table.Name, some));
    }
  }

  async #createPartitions(table: string | undefined, partitions: PartitionInput[]): Promise<void> {
    const { Errors: errors = [] } = await this.#glue.send(
      new BatchCreatePartitionCommand({
        DatabaseName: this.name,
        TableName: table,
        PartitionInputList: partitions,
      }),
    );
    const failed = errors.filter(({ ErrorDetail: detail }) => detail?.ErrorCode !== 'AlreadyExistsException');
    checkBatch(failed, `partitions of ${this.name}.${table} were not created`);
  }

  dropTables(names: readonly string[]): Promise<void> {
    return dropStagingTables(this.#glue, this.name, names);
  }

  /** Drops it with all tables in it; one that is gone already is no error. */
  drop(): Promise<void> {
    return dropStaging(this.#glue, this.name);
  }
}

async function unlessThere(created: Promise<unknown>): Promise<void> {
  try {
    await created;
  } catch (error) {
    if (!(error instanceof AlreadyExistsException)) throw error;
  }
}
