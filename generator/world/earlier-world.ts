import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { StorageError, UsageError } from '../../core/errors.ts';
import { SNAPSHOTS } from '../snapshots/snapshot.ts';

/** How truth.json tells that what stands beside it is a world, and may be replaced by another. */
export const WRITTEN_BY = 'sluice generate';

const FOLDERS = ['events', ...SNAPSHOTS];
const OWN = [
  /^events\/ingest_date=\d{4}-\d\d-\d\d\/part-\d+\.jsonl(\.gz)?$/,
  ...SNAPSHOTS.map(
    (entity) => new RegExp(`^${entity}/ingest_date=\\d{4}-\\d\\d-\\d\\d/${entity}(-again)?\\.csv(\\.gz)?$`),
  ),
];
const MOST_NAMED = 3;

/**
 * Makes a folder ready for a world: what an earlier one left there is removed, and truth.json tells that a world has begun.
 * @throws UsageError, before anything is changed, for a path that cannot be a folder, or that has files of others
 */
export async function clearForWorld(folder: string): Promise<void> {
  try {
    const foreign = await filesOfOthers(folder);
    if (foreign.length > 0) refuse(folder, foreign);
    await mkdir(folder, { recursive: true });
    // First of all, so that a world of which only a part was written can be replaced, too.
    await writeFile(join(folder, 'truth.json'), `${JSON.stringify({ writtenBy: WRITTEN_BY, finished: false })}\n`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`Cannot generate into ${folder}: ${reasonOf(error)}. Choose another folder with --out.`);
  }
  for (const name of FOLDERS) await rm(join(folder, name), { recursive: true, force: true });
}

/** What made the writing of a world fail, for people if it is the disk. */
export function unfinished(error: unknown, folder: string): unknown {
  if (codeOf(error) === undefined) return error;
  return new StorageError(`Cannot write to ${folder}: ${reasonOf(error)}. The world there is not finished.`, {
    cause: error,
  });
}

/** Paths below the folder that no earlier world explains. What is hidden, or beside a world, is not in the way. */
async function filesOfOthers(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch((error) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  if (!(await isWorld(join(folder, 'truth.json')))) {
    return found.map(({ name }) => name).filter((name) => !name.startsWith('.'));
  }
  const foreign: string[] = [];
  for (const entry of found.filter(({ name }) => FOLDERS.includes(name))) {
    if (!entry.isDirectory()) {
      foreign.push(entry.name);
      continue;
    }
    for (const file of await readdir(join(folder, entry.name), { recursive: true, withFileTypes: true })) {
      const path = relative(folder, join(file.parentPath ?? file.path, file.name));
      if (!file.isDirectory() && !(file.isFile() && OWN.some((own) => own.test(path)))) foreign.push(path);
    }
  }
  return foreign.sort();
}

/** Whether that is the truth.json of a world, finished or not. */
async function isWorld(path: string): Promise<boolean> {
  try {
    return JSON.parse(await readFile(path, 'utf8')).writtenBy === WRITTEN_BY;
  } catch {
    // Absent, or of somebody else: no world either way.
    return false;
  }
}

function refuse(folder: string, foreign: readonly string[]): never {
  const named = foreign.slice(0, MOST_NAMED).join(', ');
  const more = foreign.length > MOST_NAMED ? ` and ${foreign.length - MOST_NAMED} more` : '';
  throw new UsageError(
    `${folder} has files that generate did not write: ${named}${more}. Nothing was changed; choose an empty folder with --out.`,
  );
}

const REASONS: Record<string, string> = {
  ENOTDIR: 'it is, or lies below, a file',
  EEXIST: 'it is, or lies below, a file',
  EACCES: 'that is not permitted',
  EPERM: 'that is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the path is too long',
};

function reasonOf(error: unknown): string {
  return REASONS[codeOf(error) ?? ''] ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
