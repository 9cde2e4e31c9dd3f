/** What a file to ingest holds, told by its name. */
export interface FileFormat {
  readonly kind: 'json-lines' | 'csv' | 'parquet';
  readonly gzip: boolean;
}

const FORM = /\.(?:(jsonl|ndjson|json)|(csv)|(parquet))(\.gz)?$/i;

/** The format by the extension of a path (`.jsonl`, `.ndjson`, `.json`, `.csv`, each also `.gz`; `.parquet`); undefined for others. */
export function fileFormat(path: string): FileFormat | undefined {
  const found = FORM.exec(path);
  if (!found) return undefined;
  const gzip = found[4] !== undefined;
  if (found[1]) return { kind: 'json-lines', gzip };
  if (found[2]) return { kind: 'csv', gzip };
  return gzip ? undefined : { kind: 'parquet', gzip };
}
