import { expect } from 'vitest';
import { projectLog } from '../../core/catalog/project-log.ts';
import type { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';

/**
 * Holds what the catalog shows against the log, by what its readers would read: of built tables the folders of the files,
 * of bronze the files that the manifests list. And nothing must be left to do.
 */
export async function expectShown(log: CommitLog, catalog: Catalog, store: ObjectStore): Promise<void> {
  const state = await log.read();
  for (const table of catalog.tables) {
    const shown = new Map<string, string[]>();
    for (const { values, folder, version } of await catalog.partitions(table)) {
      const isBronze = table.startsWith('bronze.');
      const read = isBronze ? await linesOf(store, folder) : [catalog.uri(folder), version['sluice.checksum']!];
      shown.set(values.join(' '), read);
    }
    expect(shown, table).toEqual(table.startsWith('bronze.') ? listed(table.slice(7)) : published(table));
  }
  expect(await projectLog({ log, catalog, store })).toEqual({ created: 0, updated: 0, dropped: 0 });

  function published(table: string): Map<string, string[]> {
    const versions = [...(state.partitions.get(table)?.values() ?? [])].filter(({ rows }) => rows > 0);
    return new Map(
      versions.map(({ dt, files, checksum }) => [dt, [catalog.uri(files[0]!.replace(/[^/]*$/, '')), checksum]]),
    );
  }

  function listed(entity: string): Map<string, string[]> {
    const partitions = new Map<string, string[]>();
    for (const { key, ingestDate, eventDate } of state.bronze.get(entity) ?? []) {
      const name = `${entity} ${ingestDate} ${eventDate}`;
      partitions.set(name, [...(partitions.get(name) ?? []), catalog.uri(key)].sort());
    }
    return partitions;
  }
}

async function linesOf(store: ObjectStore, folder: string): Promise<string[]> {
  const objects = await store.list(folder);
  expect(objects.map(({ key }) => key)).toEqual([`${folder}manifest`]);
  return new TextDecoder()
    .decode(await store.get(`${folder}manifest`))
    .trimEnd()
    .split('\n')
    .sort();
}
