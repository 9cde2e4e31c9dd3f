import type { CatalogTable } from '../../core/catalog/catalog-table.ts';
import type { Column, SqlType } from '../../core/model/column.ts';

/**
 * A table as Glue's API (`TableInput`) and CloudFormation (`AWS::Glue::Table`, property `TableInput`) both spell it. No
 * SDK here: the CDK app describes its tables by the same functions.
 */
export interface GlueTable {
  readonly Name: string;
  /** A view has none. */
  readonly Description?: string;
  readonly TableType: 'EXTERNAL_TABLE' | 'VIRTUAL_VIEW';
  readonly Parameters: Readonly<Record<string, string>>;
  readonly PartitionKeys: GlueColumn[];
  /** Of a view, its columns only. */
  readonly StorageDescriptor: GlueStorage | { readonly Columns: GlueColumn[]; readonly SerdeInfo: object };
  readonly ViewOriginalText?: string;
  readonly ViewExpandedText?: string;
}

export interface GlueColumn {
  readonly Name: string;
  readonly Type: string;
  readonly Comment?: string;
}

export interface GlueStorage {
  readonly Columns: GlueColumn[];
  readonly Location: string;
  readonly InputFormat: string;
  readonly OutputFormat: string;
  readonly SerdeInfo: { readonly SerializationLibrary: string; readonly Parameters: Record<string, string> };
}

/** Where a deployment keeps its tables. */
export interface GluePlaces {
  /** The bucket of the warehouse (in CDK: its token). */
  readonly warehouse: string;
  /** The prefix of the names of its databases, such as `sluice`. */
  readonly databases: string;
}

const PARQUET_SERDE = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe';
const PARQUET = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
};
/** For partitions whose location holds a manifest, the list of their files. */
const LISTED_PARQUET = {
  InputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
  OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
};

/** Database and name in Glue of a table `<layer>.<name>`. */
export function glueName(
  table: string,
  { databases }: Pick<GluePlaces, 'databases'>,
): { database: string; name: string } {
  const [layer, name] = table.split('.') as [string, string];
  return { database: `${databases}_${layer}`, name };
}

/** A published table. It has no partition until the projection of the log puts some there. */
export function glueTable({ table, meaning, columns, partitionedBy }: CatalogTable, places: GluePlaces): GlueTable {
  return {
    Name: glueName(table, places).name,
    Description: oneLine(meaning, 2048),
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
    PartitionKeys: partitionedBy.map((Name) => ({ Name, Type: 'string' })),
    StorageDescriptor: {
      Columns: columns.map(({ meaning: Comment, ...column }) => ({
        ...glueColumn(column),
        Comment: oneLine(Comment, 255),
      })),
      ...glueStorage(table, `s3://${places.warehouse}/${table.replace('.', '/')}/`),
    },
  };
}

/** How the files of a table are read. Bronze partitions list theirs: their folders also hold what is not to be read. */
export function glueStorage(table: string, location: string): Omit<GlueStorage, 'Columns'> {
  return {
    Location: location,
    ...(table.startsWith('bronze.') ? LISTED_PARQUET : PARQUET),
    SerdeInfo: { SerializationLibrary: PARQUET_SERDE, Parameters: { 'serialization.format': '1' } },
  };
}

export function glueColumn({ name, type }: Pick<Column, 'name' | 'type'>): GlueColumn {
  return { Name: name, Type: glueType(type) };
}

function glueType(type: SqlType): string {
  return type === 'varchar' ? 'string' : type;
}

/** As Glue allows it: no line breaks, and no more characters than that. */
function oneLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
