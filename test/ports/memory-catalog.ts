import type { Catalog, CatalogChanges, CatalogPartition } from '../../core/ports/catalog.ts';

/** A catalog in memory, for tests of what stands on one. Every call lets others go first, as a real one would. */
export class MemoryCatalog implements Catalog {
  readonly tables: readonly string[];
  readonly #partitions = new Map<string, CatalogPartition>();

  constructor(tables: readonly string[]) {
    this.tables = tables;
  }

  uri(key: string): string {
    return `s3://warehouse/${key}`;
  }

  async partitions(table: string): Promise<CatalogPartition[]> {
    await undefined;
    return [...this.#partitions].filter(([name]) => name.startsWith(`${table} `)).map(([, partition]) => partition);
  }

  /** One by one, so that others see some of the changes, and a crash leaves some. */
  async change(table: string, { create, update, drop }: CatalogChanges): Promise<void> {
    for (const partition of [...create, ...update]) {
      await undefined;
      this.#partitions.set(`${table} ${partition.values}`, partition);
    }
    for (const { values } of drop) {
      await undefined;
      this.#partitions.delete(`${table} ${values}`);
    }
  }
}
