import { digest } from '../plan/digest.ts';
import { type BronzeObject, UNKNOWN_DATE, UNPARSABLE } from './bronze-object.ts';
import type { EntityRouting } from './classify.ts';
import { EVENT_TIME_PATTERN } from './event-date.ts';

/**
 * By entity, a short digest of the rules by which its records are dated: equal digests date every record alike. That of
 * `unparsable` tells which types are known.
 */
export function datingDigests(routing: readonly EntityRouting[]): ReadonlyMap<string, string> {
  const short = (parts: readonly string[]) => digest(parts).slice(0, 12);
  const known = routing.map(({ entity }) => entity).sort();
  return new Map([
    ...routing.map(({ entity, eventTimeField, earliest, accept }): [string, string] => {
      const { lateDays = '', aheadDays = '', files = false } = accept ?? {};
      const limits = [earliest, lateDays, aheadDays, files].map(String);
      return [entity, short([eventTimeField ?? '(arrival)', EVENT_TIME_PATTERN, ...limits])];
    }),
    [UNPARSABLE, short(known)],
  ]);
}

/** An object just written, with the rules by which its rows have no usable date; one with a date stays as it is. */
export function withDating(object: BronzeObject, digests: ReadonlyMap<string, string>): BronzeObject {
  const dating = digests.get(object.entity);
  return object.eventDate !== UNKNOWN_DATE || dating === undefined ? object : { ...object, dating };
}
