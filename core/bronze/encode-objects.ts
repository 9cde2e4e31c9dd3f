import type { Day } from '../dates.ts';
import { type BronzeObject, bronzePrefix } from './bronze-object.ts';
import type { BronzeRow } from './bronze-row.ts';
import { bronzeParquet } from './parquet.ts';

/** A bronze object and its content, to be stored under its key. */
export interface EncodedObject {
  readonly object: BronzeObject;
  readonly content: Uint8Array;
}

/**
 * One object for each entity and event date among rows of one ingestion date, `<name>.parquet`, where `name` is told the
 * number of its rows; the rows keep their order.
 */
export function encodeObjects(
  rows: readonly BronzeRow[],
  ingestDate: Day,
  name: (rows: number) => string,
): EncodedObject[] {
  const partitions = new Map<string, BronzeRow[]>();
  for (const row of rows) {
    const prefix = bronzePrefix(row.record.entity, ingestDate, row.record.eventDate);
    const partition = partitions.get(prefix);
    if (partition) partition.push(row);
    else partitions.set(prefix, [row]);
  }
  return [...partitions].map(([prefix, of]) => {
    const content = bronzeParquet(of);
    const { entity, eventDate } = of[0]!.record;
    const key = `${prefix}${name(of.length)}.parquet`;
    return { object: { key, entity, ingestDate, eventDate, rows: of.length, bytes: content.length }, content };
  });
}
