import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import { query, TemporaryWarehouse } from '../bronze/temporary-warehouse.ts';

const warehouse = new TemporaryWarehouse();
afterAll(() => warehouse.remove());

/** A Parquet file of so many orders, because what DuckDB cannot read of JSON Lines is read in another way. */
async function parquet(name: string, size: number): Promise<FileToLoad> {
  const path = join(warehouse.path, name);
  const select = `select 'o' || i as order_id, '2026-01-05T00:00:00Z' as at, '${name}' as file from range(${size}) as t(i)`;
  await query(`copy (${select}) to '${path}' (format parquet)`);
  return warehouse.file(name, readFileSync(path), 'orders');
}

test('loads at once on one warehouse leave each other alone, and nothing behind', async () => {
  // Loads of different length, so that one ends in the middle of another.
  const sizes = [1, 300, 100_000, 30_000, 3000, 30];
  const files: FileToLoad[] = [];
  for (const [n, size] of sizes.entries()) files.push(await parquet(`${n}.parquet`, size));
  const loaded = await Promise.all(files.map((file) => warehouse.load(file)));
  expect(loaded.flatMap(({ failures }) => failures)).toEqual([]);
  const counts = loaded.map(({ objects }) => objects.reduce((sum, object) => sum + object.rows, 0));
  expect(counts).toEqual(sizes);
  for (const { key } of loaded.flatMap(({ objects }) => objects))
    expect(existsSync(join(warehouse.path, key))).toBe(true);
  expect(existsSync(join(warehouse.path, 'bronze', '_loading'))).toBe(false);
});
