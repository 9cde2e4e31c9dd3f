import { createHash } from 'node:crypto';

/**
 * The id of the run that an execution of the state machine does: the same, however often its first step is tried. A
 * redriven execution that begins anew does another run.
 *
 * @param execution its name. One that has the form of an id is the id.
 * @param startedAt ISO 8601, UTC
 * @param redrives how often it has been redriven
 */
export function runIdOf(execution: string, startedAt: string, redrives: number): string {
  const time = startedAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', 't');
  const hash = createHash('sha256').update(execution).digest('hex').slice(0, 8);
  const id = /^\d{8}t\d{6}-[0-9a-f]{8}$/.test(execution) ? execution : `${time}-${hash}`;
  return redrives === 0 ? id : `${id}-r${redrives}`;
}
