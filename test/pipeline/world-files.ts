import { mkdir } from 'node:fs/promises';
import { findFiles, hashFile } from '../../adapters/local/find-files.ts';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import { type WorldOptions, worldOptions } from '../../generator/world/options.ts';
import { writeWorld } from '../../generator/world/write-world.ts';

/** Writes a generated world, data of all entities, and finds its files as `sluice ingest` does. Paths tell what they hold. */
export async function writeWorldFiles(folder: string, options: Partial<WorldOptions>): Promise<FileToLoad[]> {
  await mkdir(folder, { recursive: true });
  const { events, drops } = await writeWorld(worldOptions(options), folder, false);
  const files: FileToLoad[] = [];
  for (const { entity, folder } of [{ entity: null, ...events }, ...drops]) {
    for (const { path, format, arrival } of (await findFiles([folder])).files) {
      const ingestDate = arrival!;
      const arrivedAt = Date.parse(`${ingestDate}T00:00:00Z`);
      files.push({ path, format, hash: await hashFile(path), entity, ingestDate, arrivedAt });
    }
  }
  return files;
}
