import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tells this process from one before it that had the same number. */
const PROCESS = randomUUID().slice(0, 8);

/** What the names of this process's scratch folders begin with. */
export function scratchPrefix(pid = process.pid, id = PROCESS): string {
  return `sluice-scratch-${pid}-${id}-`;
}

/**
 * Deletes the scratch folders of processes that are gone: a Lambda that crashed or ran out of time leaves its folder to the
 * next one in the same sandbox, whose disk it fills. To be called at the beginning of each call. Returns how many there were.
 * Does nothing elsewhere than in Lambda.
 */
export async function sweepScratch(environment = process.env, parent = tmpdir()): Promise<number> {
  if (!environment.AWS_LAMBDA_FUNCTION_NAME) return 0;
  const left = (await readdir(parent)).filter(isLeftBehind);
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
  return left.length;
}

function isLeftBehind(name: string): boolean {
  const [, pid, id] = /^sluice-scratch-(\d+)-(\w+)-/.exec(name) ?? [];
  if (pid === undefined) return false;
  return Number(pid) === process.pid ? id !== PROCESS : !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of somebody else's lives, too.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
