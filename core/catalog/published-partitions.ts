import { folderOf } from '../bronze/absorbed.ts';
import { parseBronzeKey } from '../bronze/bronze-object.ts';
import type { LedgerState, Published } from '../ledger/state.ts';
import type { CatalogPartition } from '../ports/catalog.ts';
import { type BronzePartition, bronzePartitions } from './bronze-partitions.ts';
import { manifestFolder } from './manifest.ts';

const BRONZE = 'bronze.';

/** The bronze partitions of a table; none if it is of another layer. */
export function bronzeOf(state: LedgerState, table: string): BronzePartition[] {
  return table.startsWith(BRONZE) ? bronzePartitions(state, table.slice(BRONZE.length)) : [];
}

/** What a catalog should show of a table in one state of the log. A partition without rows is left out: it has no files. */
export function publishedPartitions(state: LedgerState, table: string): CatalogPartition[] {
  if (table.startsWith(BRONZE)) return bronzeOf(state, table).map(shownBronze);
  return [...(state.partitions.get(table)?.values() ?? [])].filter(({ files }) => files.length > 0).map(shown);
}

function shown(published: Published): CatalogPartition {
  const { table, dt, files, seq, run, rows, bytes, checksum, inputDigest, codeDigest } = published;
  const folder = folderOf(files[0]!);
  const stray = files.find((key) => folderOf(key) !== folder);
  if (stray) throw new Error(`${table} dt=${dt}: ${stray} does not lie in ${folder}: a version has one folder`);
  const version = { seq, run, rows, bytes, checksum, input_digest: inputDigest, code_digest: codeDigest };
  return { values: [dt], folder, version: parameters(version) };
}

function shownBronze({ folder, objects, seq }: BronzePartition): CatalogPartition {
  const { entity, ingestDate, eventDate } = parseBronzeKey(objects[0]!.key)!;
  const sum = (of: 'rows' | 'bytes'): number => objects.reduce((total, object) => total + object[of], 0);
  const version = { seq, rows: sum('rows'), bytes: sum('bytes') };
  return {
    values: [entity, ingestDate, eventDate],
    folder: manifestFolder(folder, seq),
    version: parameters(version),
  };
}

function parameters(version: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(version).map(([name, value]) => [`sluice.${name}`, String(value)]));
}
