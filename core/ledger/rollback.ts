import type { Day } from '../dates.ts';
import { UsageError } from '../errors.ts';
import type { Commit, PartitionVersion } from './commit.ts';
import { history } from './history.ts';
import { type LedgerState, publishedPartition } from './state.ts';

/**
 * The versions that a rollback publishes again: of each of `tables`, the outputs of one model, the version of the day before
 * the present one, or the one that run `to` built. They come out pinned.
 * @throws UsageError if there is no such version
 */
export function rolledBack(
  commits: readonly Commit[],
  state: LedgerState,
  tables: readonly string[],
  dt: Day,
  to?: string,
): PartitionVersion[] {
  return tables.map((table) => {
    const present = publishedPartition(state, table, dt);
    const versions = history(commits, table, dt).flatMap(({ version }) => (version ? [version] : []));
    if (versions.length === 0)
      throw new UsageError(`${table} dt=${dt} has never been published: there is nothing to go back to`);
    const found = to === undefined ? before(versions, present) : versions.findLast((version) => version.run === to);
    if (!found) {
      const runs = [...new Set(versions.map(({ run }) => run))].join(', ');
      throw new UsageError(
        to === undefined
          ? `${table} dt=${dt} has one version only, by run ${runs}`
          : `run ${to} did not publish ${table} dt=${dt}; these did: ${runs}`,
      );
    }
    return { ...found, pinned: true };
  });
}

/** The version built before the present one; a rollback repeated goes further back, not forth again. */
function before(
  versions: readonly PartitionVersion[],
  present: PartitionVersion | undefined,
): PartitionVersion | undefined {
  const built = versions.filter(({ pinned }) => !pinned);
  const at = present ? built.findIndex(({ run }) => run === present.run) : built.length;
  return built[at - 1];
}

/**
 * The pinned versions of a day without their pins: the next run builds what should be there.
 * @throws UsageError if none is pinned
 */
export function released(state: LedgerState, tables: readonly string[], dt: Day): PartitionVersion[] {
  const pinned = tables.flatMap((table) => {
    const { pinned, seq, at, ...version } = publishedPartition(state, table, dt) ?? { pinned: undefined };
    return pinned ? [version as PartitionVersion] : [];
  });
  if (pinned.length === 0) throw new UsageError(`${tables[0]} dt=${dt} is not pinned; \`sluice status\` lists what is`);
  return pinned;
}
