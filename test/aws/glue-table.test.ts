import { describe, expect, it } from 'vitest';
import { type GluePlaces, glueTable } from '../../adapters/aws/glue-table.ts';
import { glueBalanceView } from '../../adapters/aws/glue-view.ts';
import { loadProject } from '../../adapters/local/project-files.ts';
import { catalogTables } from '../../core/catalog/catalog-table.ts';

const project = await loadProject({ contracts: 'contracts', sql: 'sql' });
const tables = catalogTables(
  project,
  project.contracts.map(({ entity }) => entity),
);
const places: GluePlaces = { warehouse: 'a-bucket', databases: 'sluice' };
const described = new Map(tables.map((table) => [table.table, glueTable(table, places)]));

describe('The tables of this project in Glue', () => {
  it('have the types that Athena has for theirs', () => {
    const types = new Map(
      tables.flatMap(({ table, columns }) =>
        columns.map(({ type }, i) => [type, described.get(table)!.StorageDescriptor.Columns[i]!.Type]),
      ),
    );
    // The others are called the same.
    const expected = [...types.keys()].map((type) => [type, type === 'varchar' ? 'string' : type]);
    expect(Object.fromEntries(types)).toEqual(Object.fromEntries(expected));
    expect([...types.keys()]).toEqual(expect.arrayContaining(['varchar', 'bigint', 'timestamp', 'decimal(18,2)']));
  });

  it('lie where their files do, partitioned by what is in the paths', () => {
    expect(described.get('gold.user_day')).toMatchObject({
      Name: 'user_day',
      TableType: 'EXTERNAL_TABLE',
      PartitionKeys: [{ Name: 'dt', Type: 'string' }],
      StorageDescriptor: {
        Location: 's3://a-bucket/gold/user_day/',
        InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      },
    });
    expect(described.get('bronze.unparsable')).toMatchObject({
      PartitionKeys: ['entity', 'ingest_date', 'event_date'].map((Name) => ({ Name, Type: 'string' })),
      StorageDescriptor: { InputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat' },
    });
  });

  it('are described within the limits of Glue', () => {
    for (const { Description, StorageDescriptor } of described.values()) {
      expect(Description).toMatch(/^[^\n]{1,2048}$/);
      for (const { Comment } of StorageDescriptor.Columns) expect(Comment).toMatch(/^[^\n]{1,255}$/);
    }
    const [first] = tables;
    const long = {
      ...first!,
      columns: [{ name: 'a', type: 'varchar' as const, meaning: `two\nlines ${'x'.repeat(300)}` }],
    };
    const comment = glueTable(long, places).StorageDescriptor.Columns[0]!.Comment;
    expect(comment).toHaveLength(255);
    expect(comment).toMatch(/^two lines x+…$/);
  });

  it('include the balance over all entities, as a view that Athena can read', () => {
    const { Name, ViewOriginalText, StorageDescriptor } = glueBalanceView(tables, places);
    expect(Name).toBe('balance');
    const [, encoded] = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(ViewOriginalText!)!;
    const view = JSON.parse(Buffer.from(encoded!, 'base64').toString());
    expect(view).toMatchObject({ catalog: 'awsdatacatalog', schema: 'sluice_ops' });
    expect(view.columns.map(({ name }: { name: string }) => name)).toEqual(
      StorageDescriptor.Columns.map((column) => column.Name),
    );
    for (const entity of [...project.contracts.map((contract) => contract.entity), 'unparsable'])
      expect(view.originalSql).toContain(`from sluice_ops.balance_${entity}`);
  });
});
