import { gunzipSync, gzipSync } from 'node:zlib';

const ENDING = '.absorbed.json.gz';

/**
 * Beside a merged object lies the list of the objects it was made of, `<name>.absorbed.json.gz`: discovery does not take
 * them up again, and garbage collection may take them. Not in the log: there its keys would cost what merging saves.
 */
export function absorbedKey(merged: string): string {
  return merged.replace(/\.parquet$/, ENDING);
}

/** Whether a key is that of such a list. */
export function isAbsorbedKey(key: string): boolean {
  return key.startsWith('bronze/') && key.endsWith(ENDING);
}

/** The list as it is stored: names only, because all lie in the folder of the merged object. */
export function encodeAbsorbed(keys: readonly string[]): Uint8Array {
  return gzipSync(JSON.stringify({ format: 1, absorbed: keys.map((key) => key.slice(folderOf(key).length)) }));
}

/** The keys of a stored list. */
export function decodeAbsorbed(list: string, content: Uint8Array): readonly string[] {
  const { absorbed } = JSON.parse(gunzipSync(content).toString('utf8')) as { absorbed: string[] };
  return absorbed.map((name) => `${folderOf(list)}${name}`);
}

/** The folder of a key, with its slash. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
