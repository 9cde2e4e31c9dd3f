import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type FileFormat, fileFormat } from '../../core/bronze/file-format.ts';
import type { Day } from '../../core/dates.ts';
import { UsageError } from '../../core/errors.ts';
import { arrivalFolder, arrivalFolderProblem } from '../../core/ingest/arrival.ts';

interface FoundFile {
  readonly path: string;
  readonly format: FileFormat;
  /** From a folder `ingest_date=YYYY-MM-DD` above it, if any. */
  readonly arrival: Day | undefined;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  /** Files in folders whose extension says nothing. */
  readonly skipped: readonly string[];
}

/**
 * The files that paths name: a file itself, a folder with all below it (hidden ones left out), in the order of their paths.
 * @throws UsageError for a path that does not exist, or a file named outright that has no known format
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  const skipped: string[] = [];
  const visit = async (path: string, named: boolean): Promise<void> => {
    const status = await stat(path).catch(() => undefined);
    if (!status) throw new UsageError(`${path} does not exist; name files, or folders to take all files below them`);
    if (status.isDirectory()) {
      for (const name of (await readdir(path)).sort()) if (!name.startsWith('.')) await visit(join(path, name), false);
      return;
    }
    const format = fileFormat(path);
    if (format) files.push({ path, format, arrival: arrivalOf(path) });
    else if (named)
      throw new UsageError(
        `${path}: expected a name ending in .jsonl, .ndjson, .json, .csv (each also .gz) or .parquet`,
      );
    else skipped.push(path);
  };
  for (const path of paths) await visit(path, true);
  return { files, skipped };
}

/** @throws UsageError if a folder `ingest_date=…` holds no day */
function arrivalOf(path: string): Day | undefined {
  const day = arrivalFolder(resolve(path));
  const problem = day === undefined ? undefined : arrivalFolderProblem(day);
  if (problem) throw new UsageError(`${path}: ${problem}`);
  return day;
}

/** SHA-256 of a file's bytes, lower-case hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
