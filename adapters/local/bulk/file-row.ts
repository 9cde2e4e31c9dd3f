import type { BronzeRow, ClassifiedRecord } from '../../../core/bronze/bronze-row.ts';

/** The bronze row of a record of a file. */
export function fileRow(
  file: { readonly hash: string; readonly arrivedAt: number },
  line: number,
  record: ClassifiedRecord,
): BronzeRow {
  const fromStream = { shardId: null, sequenceNumber: null, subSequence: null };
  return { ...fromStream, fileHash: file.hash, line, ingestedAt: file.arrivedAt, record };
}
