import { type FileFormat, fileFormat } from '../bronze/file-format.ts';
import type { Day } from '../dates.ts';
import { suggestion } from '../model/project.ts';
import { arrivalFolder, arrivalFolderProblem } from './arrival.ts';

/** What the key of a file that was dropped says of it. */
export type LandingKey =
  | {
      readonly kind: 'file';
      readonly format: FileFormat;
      /** The entity whose bare records it holds; null for CloudEvents. */
      readonly entity: string | null;
      /** The day it arrived, if the key says so. */
      readonly arrival: Day | undefined;
    }
  /** Nobody's data: a note about a refusal, a folder, what a writer keeps beside its files. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly why: string; readonly advice: string };

/** Why a file was not taken. */
export type RefusalReason = 'unknown_folder' | 'unknown_format' | 'no_envelope' | 'bad_arrival' | 'bad_file' | 'gone';

/** The folder of files whose records name their entity. */
const EVENTS = 'events';
/** The folder of the notes about what was refused. */
export const REFUSED = 'refused';
/** S3's limit. */
const KEY_BYTES = 1024;

const NAMES = '.jsonl, .ndjson, .json, .csv (each also .gz) or .parquet';

/**
 * Reads the key of an object in the landing bucket: `events/…` holds CloudEvents as JSON Lines, `<entity>/…` bare records of
 * that entity as JSON Lines, CSV or Parquet; folders below are anybody's, and `ingest_date=YYYY-MM-DD` among them tells the
 * day of arrival. As everywhere in data lakes, what begins with `_` or `.` is no data.
 */
export function landingKey(key: string, entities: readonly string[]): LandingKey {
  const [folder = '', ...below] = key.split('/');
  const hidden = [folder, ...below].some((part) => /^[_.]/.test(part));
  if (folder === REFUSED || hidden || below.at(-1) === '') return { kind: 'ignored' };
  const folders = [EVENTS, ...entities].map((name) => `${name}/`).join(', ');
  if (below.length === 0) {
    return refused(
      'unknown_folder',
      'it lies in no folder',
      `Put it into the one that says what it holds: ${folders}.`,
    );
  }
  if (folder !== EVENTS && !entities.includes(folder)) {
    const why = `there is no entity ${folder}${suggestion(folder, [EVENTS, ...entities])}`;
    return refused('unknown_folder', why, `Put it into a folder that says what it holds: ${folders}.`);
  }
  const format = fileFormat(key);
  if (!format) {
    return refused('unknown_format', 'its name does not tell a known format', `Give it a name that ends in ${NAMES}.`);
  }
  if (folder === EVENTS && format.kind !== 'json-lines') {
    const why = `records in a ${format.kind} file have no envelope that names their entity`;
    return refused('no_envelope', why, 'Put it into the folder of its entity.');
  }
  const day = arrivalFolder(key);
  const problem = day === undefined ? undefined : arrivalFolderProblem(day);
  if (problem)
    return refused('bad_arrival', problem, 'Name the folder after the day that the file arrived on, in UTC.');
  return { kind: 'file', format, entity: folder === EVENTS ? null : folder, arrival: day };
}

function refused(reason: RefusalReason, why: string, advice: string): LandingKey {
  return { kind: 'refused', reason, why, advice };
}

/**
 * The keys that an event may mean: the one it says, and where that differs the one that it is the URL encoding of. S3 tells
 * EventBridge keys as they are, and everybody else, as do some that stand in for it, URL-encoded.
 */
export function keysMeant(said: string): readonly string[] {
  try {
    const decoded = decodeURIComponent(said.replaceAll('+', ' '));
    return decoded === said ? [said] : [said, decoded];
  } catch {
    return [said];
  }
}

/** Where the note about a refused file goes; @param hash of the key, for one that leaves no room. */
export function refusalKey(key: string, hash: () => string): string {
  const note = `${REFUSED}/${key}.json`;
  return new TextEncoder().encode(note).length <= KEY_BYTES ? note : `${REFUSED}/${hash()}.json`;
}
