import type { Arrival } from './acceptance.ts';
import { type BronzeObject, isStreamed, UNKNOWN_DATE, UNPARSABLE } from './bronze-object.ts';
import type { BronzeRow, ClassifiedRecord, Unreadable } from './bronze-row.ts';
import { type Classifier, classifier, type EntityRouting, isUsableDate } from './classify.ts';

/**
 * Whether the present rules may date rows of an object otherwise than those it was dated by: they have no usable date, or
 * their type was not known, by other rules; or the present ones refuse their date. What was dated and is not refused keeps
 * its date, so that no history is read when a rule changes.
 */
export function isInDoubt(
  object: BronzeObject,
  route: EntityRouting | undefined,
  digests: ReadonlyMap<string, string>,
): boolean {
  const { key, entity, eventDate, ingestDate, dating } = object;
  if (!digests.has(entity) || dating === digests.get(entity)) return false;
  if (eventDate === UNKNOWN_DATE) return true;
  const arrival = { day: ingestDate, by: isStreamed(key) ? 'stream' : 'file' } as const;
  return route !== undefined && !isUsableDate(eventDate, arrival, route);
}

/**
 * Gives rows of one object the entity and event date that the present rules give them. All else of a row stays: how it came
 * in, its payload and, but for a type that was not known, what was read from it.
 */
export function reclassifier(routing: readonly EntityRouting[]): (row: BronzeRow, arrivalDay: string) => BronzeRow {
  const enveloped = classifier(routing);
  const bare = new Map(routing.map(({ entity }): [string, Classifier] => [entity, classifier(routing, entity)]));

  function again(record: ClassifiedRecord, arrival: Arrival): ClassifiedRecord {
    const { entity, type, payload, reason } = record;
    if (entity === UNPARSABLE) return reason === 'unknown_type' ? enveloped.text(payload, arrival) : record;
    // The payload of such a reject need not be the text that was judged (base64, a line of CSV).
    if (reason !== null) return bare.get(entity)!.unreadable(reason as Unreadable, payload, arrival);
    const found = (type === null ? bare.get(entity)! : enveloped).text(payload, arrival);
    return found.entity === entity ? { ...record, eventDate: found.eventDate } : record;
  }

  return (row, arrivalDay) => {
    const arrival: Arrival = { day: arrivalDay, by: row.fileHash === null ? 'stream' : 'file' };
    return { ...row, record: again(row.record, arrival) };
  };
}
