import type { Arrival } from '../../../core/bronze/acceptance.ts';
import type { BronzeRow, ClassifiedRecord } from '../../../core/bronze/bronze-row.ts';
import type { Day } from '../../../core/dates.ts';

/** How the records of a file came in. */
export function arrivalOf({ ingestDate }: { readonly ingestDate: Day }): Arrival {
  return { day: ingestDate, by: 'file' };
}

/** The bronze row of a record of a file. */
export function fileRow(
  file: { readonly hash: string; readonly arrivedAt: number },
  line: number,
  record: ClassifiedRecord,
): BronzeRow {
  const fromStream = { shardId: null, sequenceNumber: null, subSequence: null };
  return { ...fromStream, fileHash: file.hash, line, ingestedAt: file.arrivedAt, record };
}
