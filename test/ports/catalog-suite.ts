import { describe, expect, it } from 'vitest';
import type { CatalogTable } from '../../core/catalog/catalog-table.ts';
import type { Catalog, CatalogChanges, CatalogPartition } from '../../core/ports/catalog.ts';

const TABLES: readonly CatalogTable[] = ['gold.a', 'gold.b', 'bronze.orders'].map((table) => ({
  table,
  meaning: 'A row.',
  columns: [{ name: 'id', type: 'bigint', meaning: 'Which.' }],
  partitionedBy: table === 'bronze.orders' ? ['entity', 'ingest_date', 'event_date'] : ['dt'],
}));

function day(n: number): string {
  return new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);
}

function partition(n: number, version: string): CatalogPartition {
  const folder = `gold/a/run=${version}/dt=${day(n)}/`;
  return { values: [day(n)], folder, version: { 'sluice.seq': version, 'sluice.checksum': `c-${n}` } };
}

function days(from: number, to: number, version: string): CatalogPartition[] {
  return Array.from({ length: to - from }, (_, i) => partition(from + i, version));
}

const NONE: CatalogChanges = { create: [], update: [], drop: [] };

/**
 * What every catalog promises.
 *
 * @param open gives a catalog of its own with these tables, none with a partition
 */
export function catalogSuite(name: string, open: (tables: readonly CatalogTable[]) => Promise<Catalog>): void {
  describe(`${name} is a catalog`, () => {
    async function shown(catalog: Catalog, table = 'gold.a'): Promise<CatalogPartition[]> {
      const found = await catalog.partitions(table);
      return found.sort((one, other) => (String(one.values) < String(other.values) ? -1 : 1));
    }

    it('names its tables, which begin without partitions', async () => {
      const catalog = await open(TABLES);
      expect(catalog.tables).toEqual(['gold.a', 'gold.b', 'bronze.orders']);
      for (const table of catalog.tables) expect(await catalog.partitions(table)).toEqual([]);
      expect(catalog.uri('gold/a/x')).toMatch(/^s3:\/\/[^/]+\/gold\/a\/x$/);
    });

    it('shows what was created, updated and dropped, in that table only', async () => {
      const catalog = await open(TABLES);
      await catalog.change('gold.a', { ...NONE, create: days(0, 3, '1') });
      await catalog.change('gold.b', { ...NONE, create: days(0, 1, '1') });
      await catalog.change('gold.a', { create: days(5, 6, '2'), update: days(1, 2, '2'), drop: days(0, 1, '1') });
      expect(await shown(catalog)).toEqual([partition(1, '2'), partition(2, '1'), partition(5, '2')]);
      expect(await shown(catalog, 'gold.b')).toEqual([partition(0, '1')]);
    });

    it('has partitions of several columns', async () => {
      const catalog = await open(TABLES);
      const bronze = [
        ['orders', '2026-01-01', '2026-01-01'],
        ['orders', '2026-01-01', 'unknown'],
      ].map((values) => ({ values, folder: `bronze/_manifests/${values.join('/')}/`, version: { 'sluice.seq': '1' } }));
      await catalog.change('bronze.orders', { ...NONE, create: bronze });
      expect(await shown(catalog, 'bronze.orders')).toEqual(bronze);
      await catalog.change('bronze.orders', { ...NONE, drop: bronze.slice(1) });
      expect(await shown(catalog, 'bronze.orders')).toEqual(bronze.slice(0, 1));
    });

    it('does not mind that another was faster', async () => {
      const catalog = await open(TABLES);
      await catalog.change('gold.a', { ...NONE, create: days(0, 2, '1') });
      await catalog.change('gold.a', { create: days(1, 3, '2'), update: days(7, 9, '2'), drop: days(20, 22, '1') });
      await catalog.change('gold.a', { ...NONE, drop: days(0, 1, '1') });
      await catalog.change('gold.a', { ...NONE, drop: days(0, 1, '1') });
      expect(await shown(catalog)).toEqual([...days(1, 3, '2'), ...days(7, 9, '2')]);
    });

    it('holds thousands of partitions', async () => {
      const catalog = await open(TABLES);
      await catalog.change('gold.a', { ...NONE, create: days(0, 2345, '1') });
      expect(await shown(catalog)).toEqual(days(0, 2345, '1'));
      await catalog.change('gold.a', { ...NONE, update: days(1000, 1101, '2'), drop: days(0, 1000, '1') });
      expect(await shown(catalog)).toEqual([...days(1000, 1101, '2'), ...days(1101, 2345, '1')]);
    });
  });
}
