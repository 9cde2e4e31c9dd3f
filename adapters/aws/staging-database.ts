import {
  AlreadyExistsException,
  BatchCreatePartitionCommand,
  BatchDeleteTableCommand,
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  EntityNotFoundException,
  type ErrorDetail,
  type GlueClient,
  type PartitionInput,
  paginateGetTables,
  type TableInput,
} from '@aws-sdk/client-glue';
import { STAGING_MARK } from './staging-session.ts';

/** The most of Glue's batch calls. */
const BATCH = 100;

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
    await unlessThere(this.#glue.send(new CreateDatabaseCommand({ DatabaseInput })));
  }

  async createTable(table: TableInput, partitions: readonly PartitionInput[] = []): Promise<void> {
    await unlessThere(this.#glue.send(new CreateTableCommand({ DatabaseName: this.name, TableInput: table })));
    for (let start = 0; start < partitions.length; start += BATCH) {
      const { Errors: errors = [] } = await this.#glue.send(
        new BatchCreatePartitionCommand({
          DatabaseName: this.name,
          TableName: table.Name,
          PartitionInputList: partitions.slice(start, start + BATCH),
        }),
      );
      const failed = errors.filter(({ ErrorDetail: detail }) => detail?.ErrorCode !== 'AlreadyExistsException');
      check(failed, `partitions of ${this.name}.${table.Name} were not created`);
    }
  }

  async dropTables(names: readonly string[]): Promise<void> {
    for (let start = 0; start < names.length; start += BATCH) {
      const { Errors: errors = [] } = await this.#glue.send(
        new BatchDeleteTableCommand({
          DatabaseName: this.name,
          TablesToDelete: names.slice(start, start + BATCH),
        }),
      );
      const failed = errors.filter(({ ErrorDetail: detail }) => detail?.ErrorCode !== 'EntityNotFoundException');
      check(failed, `tables of ${this.name} were not dropped`);
    }
  }

  /** Drops it with all tables in it; one that is gone already is no error. */
  async drop(): Promise<void> {
    try {
      await this.dropTables(await this.#tables());
      await this.#glue.send(new DeleteDatabaseCommand({ Name: this.name }));
    } catch (error) {
      if (!(error instanceof EntityNotFoundException)) throw error;
    }
  }

  async #tables(): Promise<string[]> {
    const names: string[] = [];
    for await (const { TableList: page = [] } of paginateGetTables(
      { client: this.#glue },
      { DatabaseName: this.name },
    )) {
      names.push(...page.map(({ Name }) => Name!));
    }
    return names;
  }
}

async function unlessThere(created: Promise<unknown>): Promise<void> {
  try {
    await created;
  } catch (error) {
    if (!(error instanceof AlreadyExistsException)) throw error;
  }
}

function check(failed: readonly { readonly ErrorDetail?: ErrorDetail | undefined }[], what: string): void {
  const [first] = failed;
  if (!first) return;
  const { ErrorCode: code, ErrorMessage: message } = first.ErrorDetail ?? {};
  throw new Error(`${failed.length} ${what}: ${code}: ${message}`);
}
