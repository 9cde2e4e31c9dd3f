import { atOnce } from '../at-once.ts';
import { CatalogError } from '../errors.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import type { LedgerState } from '../ledger/state.ts';
import type { Catalog, CatalogChanges, CatalogPartition } from '../ports/catalog.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { changesBetween, isNothing } from './changes.ts';
import { encodeManifest, manifestFolder, manifestKey } from './manifest.ts';
import { bronzeOf, publishedPartitions } from './published-partitions.ts';

const TABLES_AT_ONCE = 4;
const MANIFESTS_AT_ONCE = 16;
/** Every further round means that somebody has committed meanwhile. */
const ROUNDS = 50;

export interface ProjectLogRequest {
  readonly log: CommitLog;
  readonly catalog: Catalog;
  /** The store of the log and of the files. */
  readonly store: ObjectStore;
  /** Those that may differ; by default all of the catalog, which repairs whatever a crash has left. */
  readonly tables?: readonly string[];
}

/** How many partitions were changed. */
export interface Projected {
  readonly created: number;
  readonly updated: number;
  readonly dropped: number;
}

/**
 * Makes the catalog show what the log says is published. Several may do it at once, in any order: who has changed something
 * looks at the log again after, and puts right what has been published meanwhile. So an older version stands only as long as
 * the one who put it there is at work; should it die, until the next projection of that table.
 *
 * @throws CatalogError naming every table that could not be done; the others are
 */
export async function projectLog(request: ProjectLogRequest): Promise<Projected> {
  const { log, catalog } = request;
  const total = { created: 0, updated: 0, dropped: 0 };
  const failures: unknown[] = [];
  /** Does something for some tables, and gives those for which it could be done. */
  const forEach = async (tables: readonly string[], work: (table: string) => Promise<void>): Promise<string[]> => {
    const done = await atOnce(TABLES_AT_ONCE, tables, async (table) => {
      try {
        await work(table);
        return [table];
      } catch (error) {
        failures.push(error);
        return [];
      }
    });
    return done.flat();
  };

  let left: readonly string[] = catalog.tables.filter((table) => request.tables?.includes(table) ?? true);
  for (let round = 1; left.length > 0; round++) {
    if (round > ROUNDS) {
      throw new CatalogError(`gave up projecting ${left.join(', ')}: ${ROUNDS} times others published meanwhile`);
    }
    // Before the log, which then knows of everything that is there.
    const actual = new Map<string, readonly CatalogPartition[]>();
    const listed = await forEach(left, async (table) => {
      actual.set(table, await catalog.partitions(table));
    });
    const state = await log.read();
    const changed: string[] = [];
    const done = await forEach(listed, async (table) => {
      const changes = changesBetween(actual.get(table)!, publishedPartitions(state, table));
      if (isNothing(changes)) return;
      changed.push(table);
      await putManifests(request, state, table, changes);
      await catalog.change(table, changes);
      total.created += changes.create.length;
      total.updated += changes.update.length;
      total.dropped += changes.drop.length;
    });
    if (changed.length === 0) break;
    const now = await log.read();
    left = done.filter((table) => changed.includes(table) && isOutdated(table, state, now));
  }
  if (failures.length === 0) return total;
  const said = failures.map((error) => (error as Error).message).join('; ');
  throw new CatalogError(`the catalog does not show all that is published; the next run mends that. ${said}`, {
    cause: failures[0],
  });
}

/** Before the partitions that refer to them. There may be one already: then it is the same. */
async function putManifests(
  { catalog, store }: ProjectLogRequest,
  state: LedgerState,
  table: string,
  { create, update }: CatalogChanges,
): Promise<void> {
  const wanted = new Set([...create, ...update].map(({ folder }) => folder));
  const changed = bronzeOf(state, table).filter(({ folder, seq }) => wanted.has(manifestFolder(folder, seq)));
  await atOnce(MANIFESTS_AT_ONCE, changed, ({ folder, objects, seq }) =>
    store.put(manifestKey(folder, seq), encodeManifest(objects.map(({ key }) => catalog.uri(key)))),
  );
}

function isOutdated(table: string, before: LedgerState, now: LedgerState): boolean {
  if (now.seq === before.seq) return false;
  return !isNothing(changesBetween(publishedPartitions(before, table), publishedPartitions(now, table)));
}
