import type { Day } from '../dates.ts';
import { UsageError } from '../errors.ts';
import type { Commit, PartitionVersion } from './commit.ts';

/** Something that happened to a partition. */
export interface HistoryEntry {
  readonly seq: number;
  readonly at: string;
  /** What committed it. */
  readonly by: string;
  readonly event: 'published' | 'rolled back' | 'released' | 'retired';
  /** The version that became visible; undefined if it was retired. */
  readonly version: PartitionVersion | undefined;
}

/** What happened to a partition, oldest first. */
export function history(commits: readonly Commit[], table: string, dt: Day): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const { seq, at, by, publish = [], retire = [] } of commits) {
    const version = publish.find((candidate) => candidate.table === table && candidate.dt === dt);
    if (version) {
      const before = entries.at(-1)?.version;
      const released =
        before?.pinned && !version.pinned && version.run === before.run && version.inputDigest === before.inputDigest;
      entries.push({
        seq,
        at,
        by,
        version,
        event: version.pinned ? 'rolled back' : released ? 'released' : 'published',
      });
    }
    if (retire.some((name) => name.table === table && name.dt === dt)) {
      entries.push({ seq, at, by, version: undefined, event: 'retired' });
    }
  }
  return entries;
}

/**
 * Refuses what can be neither a run nor a time, before anything is looked up. Ids of runs hold digits; of a run that somebody
 * named by a word, the time says the same.
 * @throws UsageError
 */
export function checkAsOf(asOf: string): void {
  if (upperBound(asOf) === undefined && !/^[\w-]*\d[\w-]*$/.test(asOf)) throw neither(asOf);
}

/**
 * The number of the commit that shows the warehouse as of a run (its last commit) or a time (the last commit up to it).
 * @param asOf a run's id, or ISO 8601: a day (its end, UTC) or a time in UTC
 * @throws UsageError if no commit fits
 */
export function commitAsOf(commits: readonly Commit[], asOf: string): number {
  const byRun = commits.findLast(({ by }) => by === asOf);
  if (byRun) return byRun.seq;
  const time = upperBound(asOf);
  if (time === undefined) throw neither(asOf);
  const last = commits.findLast(({ at }) => at <= time);
  if (!last)
    throw new UsageError(`nothing had been committed by ${asOf}; the first commit is of ${commits[0]?.at ?? 'never'}`);
  return last.seq;
}

function neither(asOf: string): UsageError {
  return new UsageError(
    `${asOf} is neither a run (\`sluice history\` lists them) nor a time such as 2026-01-31 or 2026-01-31T12:00:00Z`,
  );
}

function upperBound(text: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return `${text}T23:59:59.999Z`;
  const found = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z?$/.exec(text);
  if (!found) return undefined;
  const [, day, minute, second = '59', fraction = '999'] = found;
  return `${day}T${minute}:${second}.${fraction.padEnd(3, '0')}Z`;
}
