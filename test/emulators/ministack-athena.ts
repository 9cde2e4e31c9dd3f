import { GetTableCommand, type GlueClient, paginateGetPartitions, type Table } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import { S3Store } from '../../adapters/aws/s3-store.ts';
import { StagedDuckDbEngine } from '../../adapters/aws/staged-duckdb-engine.ts';
import type { SqlType } from '../../core/model/column.ts';
import type { EngineSession } from '../../core/ports/query-engine.ts';
import type { StatementRunner } from './athena-front.ts';
import { glueAt, s3At } from './clients.ts';
import type { TrinoResult } from './trino-client.ts';

const NAMED = /"?\b(\w+_(?:bronze|silver|quarantine|gold|ops))"?\."?(\w+)"?/g;

/**
 * MiniStack's Athena knows neither partitions nor views of Glue. This runs selects over Glue's tables as Athena would: it
 * reads the objects in the locations of their partitions, and no others, by DuckDB.
 */
export class AthenaOverGlue implements StatementRunner {
  readonly #prelude: string;
  #glue: GlueClient | undefined;
  #s3: S3Client | undefined;

  constructor(prelude: string) {
    this.#prelude = prelude;
  }

  /** To be called before the first statement. */
  connect(endpoint: string): void {
    this.#glue = glueAt(endpoint);
    this.#s3 = s3At(endpoint);
  }

  async run(sql: string): Promise<TrinoResult> {
    const tables = await this.#tablesOf(sql);
    const bucket = [...tables.values()].map(
      ({ StorageDescriptor: storage }) => placeOf(storage?.Location ?? '').bucket,
    );
    const store = new S3Store(this.#s3!, bucket.find((name) => name !== '') ?? 'none');
    const prelude = this.#prelude;
    const engine = new StagedDuckDbEngine({ store, prelude, threads: 1, memory: '400MB', stagedBytes: 1e9 });
    const session = await engine.open('athena');
    try {
      for (const [name, table] of tables) await this.#define(session, store, name, table);
      const { columns, rows } = await session.query(renamed(sql));
      const typed = columns.map(({ name, type }) => ({ name, type: type.toLowerCase() }));
      return { columns: typed, rows, stats: { state: 'FINISHED', queued: false, elapsedTimeMillis: 0 } };
    } finally {
      await session.close();
    }
  }

  /** What a statement names, and what the views among that read, each before who reads it. */
  async #tablesOf(sql: string, found = new Map<string, Table>()): Promise<Map<string, Table>> {
    for (const [, DatabaseName, Name] of sql.matchAll(NAMED)) {
      const { Table: table } = await this.#glue!.send(new GetTableCommand({ DatabaseName, Name }));
      if (table?.TableType === 'VIRTUAL_VIEW') await this.#tablesOf(viewSql(table), found);
      found.set(`${DatabaseName}.${Name}`, table!);
    }
    return found;
  }

  async #define(session: EngineSession, store: S3Store, name: string, table: Table): Promise<void> {
    if (table.TableType === 'VIRTUAL_VIEW') return session.derive(name, renamed(viewSql(table)), 'view');
    const { DatabaseName, Name: TableName, StorageDescriptor: storage, PartitionKeys: keys = [] } = table;
    const files: string[] = [];
    for await (const { Partitions = [] } of paginateGetPartitions(
      { client: this.#glue! },
      { DatabaseName, TableName },
    )) {
      for (const partition of Partitions) {
        const { key: folder } = placeOf(partition.StorageDescriptor!.Location!);
        for (const { key } of await store.list(folder)) files.push(...(await dataFiles(store, key)));
      }
    }
    await session.define({
      name,
      columns: storage!.Columns!.map(({ Name: column, Type: type }) => {
        return { name: column!, type: (type === 'string' ? 'varchar' : type) as SqlType, meaning: '' };
      }),
      partitionedBy: keys.map(({ Name: key }) => key!),
      files,
    });
  }
}

/** What Athena reads of an object: itself, or what it lists. */
async function dataFiles(store: S3Store, key: string): Promise<string[]> {
  if (!key.endsWith('/manifest')) return [key];
  const listed = new TextDecoder()
    .decode(await store.get(key))
    .trim()
    .split('\n');
  return listed.map((uri) => placeOf(uri).key);
}

function placeOf(uri: string): { bucket: string; key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  return { bucket, key };
}

function viewSql({ ViewOriginalText: text }: Table): string {
  const [, encoded] = /^\/\* Presto View: (\S+) \*\/$/.exec(text!)!;
  return (JSON.parse(Buffer.from(encoded!, 'base64').toString()) as { originalSql: string }).originalSql;
}

function renamed(sql: string): string {
  return sql.replaceAll(NAMED, '"$1.$2"');
}
