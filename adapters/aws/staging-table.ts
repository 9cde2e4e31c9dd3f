import type { PartitionInput, TableInput } from '@aws-sdk/client-glue';
import type { Relation } from '../../core/ports/query-engine.ts';
import { type GlueStorage, glueColumn, glueStorage } from './glue-table.ts';

/** A table over exactly the files of a relation. */
export interface StagingTable {
  readonly table: TableInput;
  readonly partitions: readonly PartitionInput[];
  /** Objects that must be there before the table: lists of files, for partitions whose folders hold other files too. */
  readonly manifests: readonly { readonly key: string; readonly text: string }[];
}

/** A build's own folder for one day: all files in it are the partition's. */
const BUILT = /\/run=[^/]+\/dt=[^/]+\/$/;

/**
 * @param bucket the warehouse
 * @param folder of the session, for manifests
 */
export function stagingTable(relation: Relation, bucket: string, folder: string): StagingTable {
  const { name, columns, partitionedBy, files } = relation;
  const groups = partitionsOf(files, partitionedBy);
  const listed = groups.some(({ folders }) => folders.size > 1 || !BUILT.test([...folders][0]!));
  const own = `${folder}${name}/`;
  const storage = (key: string): GlueStorage => ({
    Columns: columns.map(glueColumn),
    ...glueStorage(listed ? 'bronze.' : name, `s3://${bucket}/${key}`),
  });
  const places = groups.map(({ values, keys, folders }, number) => ({
    values,
    keys,
    location: listed ? `${own}${number}/` : [...folders][0]!,
  }));
  return {
    table: {
      Name: name,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
      PartitionKeys: partitionedBy.map((Name) => ({ Name, Type: 'string' })),
      StorageDescriptor: storage(own),
    },
    partitions: places.map(({ values, location }) => ({ Values: values, StorageDescriptor: storage(location) })),
    manifests: listed
      ? places.map(({ location, keys }) => ({
          key: `${location}manifest`,
          text: keys.map((key) => `s3://${bucket}/${key}\n`).join(''),
        }))
      : [],
  };
}

interface Group {
  /** Of the partition columns, in their order. */
  readonly values: string[];
  readonly keys: string[];
  readonly folders: Set<string>;
}

/** The files by the values that their paths give to the partition columns. */
function partitionsOf(files: readonly string[], partitionedBy: readonly string[]): Group[] {
  const groups = new Map<string, Group>();
  for (const key of files) {
    const values = partitionedBy.map((column) => partitionValue(key, column));
    const id = JSON.stringify(values);
    const group = groups.get(id) ?? { values, keys: [], folders: new Set() };
    groups.set(id, group);
    group.keys.push(key);
    group.folders.add(key.slice(0, key.lastIndexOf('/') + 1));
  }
  return [...groups.values()];
}

/** The value of a partition column in a path, `…/column=value/…`. */
export function partitionValue(key: string, column: string): string {
  const found = key.split('/').find((part) => part.startsWith(`${column}=`));
  if (found === undefined) throw new Error(`${key}: expected a folder ${column}=… in its path`);
  return decodeURIComponent(found.slice(column.length + 1));
}
