import type { Day } from '../dates.ts';

/** Where records go that cannot be parsed or routed to an entity. */
export const UNPARSABLE = 'unparsable';

/** A stream keeps its records for a week, so a batch is written, however often it was tried, at most so long after it arrived. */
export const STREAM_RETENTION_DAYS = 8;

/** The event date of a record whose event time cannot be read or is before the contract's `earliest`. */
export const UNKNOWN_DATE = 'unknown';

/**
 * One immutable Parquet object of received records of one entity, ingestion date and event date. Its key says all three:
 * `bronze/entity=E/ingest_date=D/event_date=D/<name>.parquet`.
 */
export interface BronzeObject {
  readonly key: string;
  readonly entity: string;
  readonly ingestDate: Day;
  /** A day, or `unknown`. */
  readonly eventDate: Day | typeof UNKNOWN_DATE;
  readonly rows: number;
  readonly bytes: number;
  /** Of records without a usable date: the rules by which they have none (`datingDigests`). Absent: not known. */
  readonly dating?: string;
  /** Of an object merged from many: the key of the list of their keys (`absorbedKey`). */
  readonly absorbed?: string;
}

/** A file that was ingested: known by its content (`fileKey`), so that ingesting it again changes nothing. */
export interface IngestedFile {
  /** SHA-256 of the file's bytes, lower-case hex. */
  readonly hash: string;
  /** The entity it was ingested as, or null for CloudEvents, which name theirs. */
  readonly entity: string | null;
  readonly name: string;
  readonly ingestDate: Day;
  readonly records: number;
  /** Its records have no day of their own, so that the same content on another day says something else. */
  readonly dated?: 'arrival';
}

/** The key prefix of a bronze partition. */
export function bronzePrefix(entity: string, ingestDate: Day, eventDate: string): string {
  return `bronze/entity=${entity}/ingest_date=${ingestDate}/event_date=${eventDate}/`;
}

/** Reads entity, ingestion date and event date back from a key; undefined if it has another form. */
export function parseBronzeKey(key: string): Pick<BronzeObject, 'entity' | 'ingestDate' | 'eventDate'> | undefined {
  const found = /^bronze\/entity=([^/]+)\/ingest_date=([^/]+)\/event_date=([^/]+)\/[^/]+\.parquet$/.exec(key);
  if (!found) return undefined;
  const [, entity, ingestDate, eventDate] = found as unknown as [string, string, string, string];
  return { entity, ingestDate, eventDate };
}

/** The name of an object of the stream writer says how many rows it has, so that listing it is enough to take it up. */
export function streamName(batch: string, rows: number): string {
  return `stream-${batch}-${rows}`;
}

/** The rows of an object of the stream writer, by its key; undefined for other objects. */
export function streamRows(key: string): number | undefined {
  const found = /\/stream-[^/]+-(\d+)\.parquet$/.exec(key);
  return found ? Number(found[1]) : undefined;
}

/** The name of an object that is written in place of another by run `by`; `id` tells what it replaces. */
export function redatedName(replaced: string, by: string, id: string): string {
  return `redated-${isStreamed(replaced) ? 'stream-' : ''}${by}-${id}`;
}

/** The name of an object that run `by` made of many of the stream writer; `id` tells which. Not one that listing takes up. */
export function mergedName(by: string, id: string): string {
  return `merged-stream-${by}-${id}`;
}

/** Whether the records of an object came by the stream. The key says so, also of one that was written in its place. */
export function isStreamed(key: string): boolean {
  return /\/(redated-|merged-)?stream-[^/]+$/.test(key);
}
