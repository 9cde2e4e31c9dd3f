import type { BronzeObject, IngestedFile } from '../bronze/bronze-object.ts';
import type { EntityRouting } from '../bronze/classify.ts';
import type { CommitLog } from '../ledger/commit-log.ts';
import { giveUpIfLate } from '../ledger/give-up.ts';
import { fileKey } from '../ledger/state.ts';
import type { BulkLoader, FileToLoad, Loaded } from '../ports/bulk-loader.ts';
import type { Clock } from '../ports/clock.ts';

export interface IngestRequest {
  readonly log: CommitLog;
  readonly load: BulkLoader;
  readonly files: readonly FileToLoad[];
  /** What is known of the entities. */
  readonly routing: readonly Pick<EntityRouting, 'entity' | 'eventTimeField'>[];
  /** A fresh unique id each time it is called. */
  readonly newId: () => string;
  readonly clock: Clock;
}

export interface IngestReport {
  readonly loaded: readonly IngestedFile[];
  /** Files whose content had been ingested before: nothing was done. */
  readonly known: readonly FileToLoad[];
  readonly failures: Loaded['failures'];
  /** Records by entity, `unparsable` among them. */
  readonly records: ReadonlyMap<string, number>;
}

/**
 * Takes files into bronze: all that can be read in one commit, each content once. If somebody else commits one of the
 * same files meanwhile, what was written is dropped (nobody refers to it) and the rest is loaded again.
 *
 * @throws TooLateError if the load took so long that what it wrote must not be committed any more
 */
export async function ingest({ log, load, files, routing, newId, clock }: IngestRequest): Promise<IngestReport> {
  const byArrival = new Set(routing.flatMap((route) => (route.eventTimeField === null ? [route.entity] : [])));
  const dating = ({ entity }: FileToLoad): Pick<IngestedFile, 'dated'> =>
    entity !== null && byArrival.has(entity) ? { dated: 'arrival' } : {};
  const keyOf = (file: FileToLoad): string => fileKey({ ...file, ...dating(file) });
  for (;;) {
    const { files: before } = await log.read();
    const seen = new Set(before.keys());
    const fresh = files.filter((file) => !seen.has(keyOf(file)) && seen.add(keyOf(file)));
    const known = files.filter((file) => !fresh.includes(file));
    if (fresh.length === 0) return { loaded: [], known, failures: [], records: new Map() };

    const loadId = newId();
    const since = clock();
    const { objects, files: taken, failures } = await load(fresh, loadId);
    const loaded = taken.map(({ file, records }): IngestedFile => {
      const { hash, entity, path, ingestDate } = file;
      return { hash, entity, name: path, ingestDate, records, ...dating(file) };
    });
    checkCounts(loaded, objects);
    let overtaken = false;
    await log.commit(loadId, (state) => {
      giveUpIfLate(clock, since, `load ${loadId}`);
      overtaken = loaded.some((file) => state.files.has(fileKey(file)));
      return overtaken || loaded.length === 0 ? undefined : { bronze: objects, files: loaded };
    });
    if (overtaken) continue;
    const records = new Map<string, number>();
    for (const { entity, rows } of objects) records.set(entity, (records.get(entity) ?? 0) + rows);
    return { loaded, known, failures, records };
  }
}

/** Every record of every file must be in some object. */
function checkCounts(loaded: readonly IngestedFile[], objects: readonly BronzeObject[]): void {
  const read = loaded.reduce((sum, file) => sum + file.records, 0);
  const written = objects.reduce((sum, object) => sum + object.rows, 0);
  if (read !== written) {
    throw new Error(`${read} records were read, but ${written} written: a defect of the loader; nothing was committed`);
  }
}
