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
  const entities = new Map<string, Map<string, BronzeRow[]>>();
  for (const row of rows) {
    const { entity, eventDate } = row.record;
    let dates = entities.get(entity);
    if (!dates) {
      dates = new Map();
      entities.set(entity, dates);
    }
    const partition = dates.get(eventDate);
    if (partition) partition.push(row);
    else dates.set(eventDate, [row]);
  }
  return [...entities].flatMap(([entity, dates]) =>
    [...dates].map(([eventDate, of]) => {
      const content = bronzeParquet(of);
      const key = `${bronzePrefix(entity, ingestDate, eventDate)}${name(of.length)}.parquet`;
      return { object: { key, entity, ingestDate, eventDate, rows: of.length, bytes: content.length }, content };
    }),
  );
}
