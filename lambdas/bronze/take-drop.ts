import { createHash } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { errorCode } from '../../adapters/aws/aws-error.ts';
import { UNPARSABLE } from '../../core/bronze/bronze-object.ts';
import { UsageError } from '../../core/errors.ts';
import { arrivalOf } from '../../core/ingest/arrival.ts';
import { type IngestRequest, ingest } from '../../core/ingest/ingest.ts';
import { keysMeant, landingKey, type RefusalReason, refusalKey } from '../../core/ingest/landing-key.ts';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import { parseEvent } from '../parse-event.ts';

/** Where files are dropped: a bucket that others write to. */
interface Landing {
  /** The SHA-256 of an object's bytes. @throws StorageError, by NoSuchKey if there is none */
  sha256(key: string): Promise<string>;
  /** How the loader names it. */
  uri(key: string): string;
  put(key: string, bytes: Uint8Array): Promise<void>;
}

export interface TakeDrop extends Omit<IngestRequest, 'files'> {
  readonly landing: Landing;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly metrics: Pick<Metrics, 'addMetric' | 'publishStoredMetrics'>;
}

/** As EventBridge tells of an object that was created. */
const CREATED = z.object({
  time: z.iso.datetime(),
  detail: z.object({ object: z.object({ key: z.string().min(1) }) }),
});

interface Refusal {
  readonly reason: RefusalReason;
  readonly why: string;
  readonly advice: string;
}

const BAD_FILE = 'Correct the file and put it again, under any name in the folder.';

/**
 * Takes a file that was dropped into bronze. What is wrong with the file is no failure: a note beside it, under `refused/`,
 * says what and what to do. The same event again changes nothing, because a file is known by its content.
 * @throws what the storage or the log throw: the event is then to be delivered again
 */
export function dropTaker({ landing, logger, metrics, ...ingesting }: TakeDrop) {
  const entities = ingesting.routing.map(({ entity }) => entity);

  async function refuse(key: string, at: string, { reason, why, advice }: Refusal): Promise<void> {
    const note = { file: landing.uri(key), reason, why, advice, at };
    const noteKey = refusalKey(key, () => createHash('sha256').update(key).digest('hex'));
    await landing.put(noteKey, new TextEncoder().encode(`${JSON.stringify(note, undefined, 2)}\n`));
    logger.warn('refused', { key, reason, note: noteKey });
    metrics.addMetric('FilesRefused', 'Count', 1);
    metrics.publishStoredMetrics();
  }

  return async (event: unknown): Promise<void> => {
    const { time, detail } = parseEvent(CREATED, event);
    const said = detail.object.key;
    const meant = keysMeant(said).map((key) => ({ key, place: landingKey(key, entities) }));
    const [{ place: first }] = meant as [(typeof meant)[number]];
    if (first.kind === 'ignored') return logger.info('ignored: no data', { key: said });
    const files = meant.flatMap(({ key, place }) => (place.kind === 'file' ? [{ key, place }] : []));
    if (first.kind === 'refused' && files.length === 0) return refuse(said, time, first);
    const found = await firstThere(landing, files);
    if (!found) {
      const why = 'it was gone before it could be read';
      return refuse(said, time, { reason: 'gone', why, advice: 'Put it again, and leave it until it was taken.' });
    }
    const { key, place, hash } = found;
    const arrived = arrivalOf(place.arrival, time, ingesting.clock());
    if (!arrived.ok) {
      const advice = 'Name the folder after the day that the file arrived on, in UTC.';
      return refuse(key, time, { reason: 'bad_arrival', why: arrived.problem, advice });
    }
    const { ingestDate, arrivedAt } = arrived;
    const { entity, format } = place;
    const file: FileToLoad = { path: landing.uri(key), hash, format, entity, ingestDate, arrivedAt };
    const { loaded, failures, records } = await ingest({ ...ingesting, files: [file] });
    const failure = failures[0]?.error;
    if (failure) {
      if (!(failure instanceof UsageError)) throw failure;
      return refuse(key, time, { reason: 'bad_file', why: failure.message, advice: BAD_FILE });
    }
    if (loaded.length === 0) return logger.info('ingested before: nothing changed', { key, hash });
    const received = [...records.values()].reduce((sum, count) => sum + count, 0);
    const unparsable = records.get(UNPARSABLE) ?? 0;
    logger.info('ingested', { key, hash, received, unparsable });
    metrics.addMetric('FilesIngested', 'Count', 1);
    metrics.addMetric('RecordsReceived', 'Count', received);
    metrics.addMetric('RecordsUnparsable', 'Count', unparsable);
    metrics.publishStoredMetrics();
  };
}

/** The first of these under whose key there is an object, and its hash. */
async function firstThere<T extends { readonly key: string }>(
  landing: Landing,
  files: readonly T[],
): Promise<(T & { readonly hash: string }) | undefined> {
  for (const file of files) {
    try {
      return { ...file, hash: await landing.sha256(file.key) };
    } catch (error) {
      if (errorCode((error as Error).cause ?? {}) !== 'NoSuchKey') throw error;
    }
  }
  return undefined;
}
