/** What a catalog shows of a partition. */
export interface CatalogPartition {
  /** Of the partition columns of its table, in their order. */
  readonly values: readonly string[];
  /** The folder of its files (of bronze: of the list of its files) in the warehouse's store, with its slash. */
  readonly folder: string;
  /** Which version of it that is: `sluice.seq` and others. Of a partition that somebody else put there, anything. */
  readonly version: Readonly<Record<string, string>>;
}

/** What is to change in one table. */
export interface CatalogChanges {
  readonly create: readonly CatalogPartition[];
  readonly update: readonly CatalogPartition[];
  readonly drop: readonly CatalogPartition[];
}

/** The catalog in which analysts' engines find the tables. Never asked what is published: the log says that. */
export interface Catalog {
  /** The full names of its tables. */
  readonly tables: readonly string[];
  /** How those who read by this catalog name an object of the warehouse's store. */
  uri(key: string): string;
  partitions(table: string): Promise<CatalogPartition[]>;
  /**
   * Makes the changes, each of them whole for readers. It does not matter whether what is to be created is there already,
   * and what is to be updated or dropped not any more.
   * @throws CatalogError naming the table and a partition; others may have been changed
   */
  change(table: string, changes: CatalogChanges): Promise<void>;
}
