import { StorageError } from '../../core/errors.ts';

/** What the system says when it does not take what is written, as node's code and as DuckDB's words, and what to do. */
const REFUSALS = [
  [
    'ENOSPC',
    'No space left on device',
    'the disk is full; make room, or collect what nothing refers to by `sluice gc`',
  ],
  [
    'EDQUOT',
    'Disk quota exceeded',
    'the disk quota is used up; make room, or collect what nothing refers to by `sluice gc`',
  ],
  ['EFBIG', 'File too large', 'a file would exceed what a process may write here; raise the limit (`ulimit -f`)'],
  ['EROFS', 'Read-only file system', 'the file system is read-only; mount it for writing, or name another --warehouse'],
  ['EACCES', 'Permission denied', 'writing is not allowed; change its permissions, or name another --warehouse'],
  ['EPERM', 'Operation not permitted', 'writing is not allowed; change its permissions, or name another --warehouse'],
] as const;

/**
 * The error as a StorageError that says what to do, if it says that the warehouse at `root` does not take what is written;
 * else the error itself. An error about a file elsewhere, such as an input, is not the warehouse's.
 */
export function storageError(error: unknown, root: string): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error;
  const { code, path, message } = error as NodeJS.ErrnoException;
  const named = path ?? /"([^"]*)"/.exec(message)?.[1];
  if (named !== undefined && !named.startsWith(root)) return error;
  const found = REFUSALS.find(([errno, words]) => (code ? code === errno : message.includes(words)));
  return found ? new StorageError(`cannot write to ${root}: ${found[2]}`, { cause: error }) : error;
}
