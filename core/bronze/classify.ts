import { isUtf8 } from 'node:buffer';
import type { Day } from '../dates.ts';
import { type Acceptance, type Arrival, isAccepted } from './acceptance.ts';
import { UNKNOWN_DATE, UNPARSABLE } from './bronze-object.ts';
import type { ClassifiedRecord, Unreadable } from './bronze-row.ts';
import { eventDateOf } from './event-date.ts';
import { memberText } from './json-members.ts';

/** A known entity, the field of its data that holds the event time, and the days that such a time may name. */
export interface EntityRouting {
  readonly entity: string;
  /** Null: its records have no time of their own, their day is that of their arrival. */
  readonly eventTimeField: string | null;
  /** The first of them. */
  readonly earliest: Day;
  /** How far they may lie from the day of arrival. */
  readonly accept?: Acceptance | undefined;
}

/** Decides for each record received which entity and event date it belongs to. */
export interface Classifier {
  /** A record as text. */
  text(text: string, arrival: Arrival): ClassifiedRecord;
  /** A record as bytes; if they are not UTF-8 its payload is their base64. */
  bytes(bytes: Uint8Array, arrival: Arrival): ClassifiedRecord;
  /** A record that cannot be read: of the bare entity, if there is one, else of nobody. */
  unreadable(reason: Unreadable, payload: string, arrival: Arrival): ClassifiedRecord;
}

type Json = Record<string, unknown>;

const QUOTE = 34;
const SPACE = 32;

/**
 * The rules of bronze, and their reference: what else classifies records (the SQL of the bulk loader) must agree with it.
 *
 * A record is strict JSON, an object. It is enveloped if it has a `specversion` or no `bareEntity` is given: then its
 * `type` names the entity, the columns are the envelope's, and the event time is a field of `data`. Otherwise it is the
 * data of `bareEntity` itself: its `id` is its own, source, type and time are null. Of repeated members the first counts.
 * What breaks a rule has the reason. It is `unparsable`, or of `bareEntity` where only the file says what it should have been,
 * so that the entity lacks no record unnoticed. A missing id, source or event time is no such breach.
 */
export function classifier(routing: readonly EntityRouting[], bareEntity: string | null = null): Classifier {
  const routes = new Map(routing.map((route) => [route.entity, route]));
  const watched = [
    ...new Set([
      'specversion',
      'type',
      'id',
      'source',
      'time',
      'data',
      ...routing.flatMap(({ eventTimeField }) => eventTimeField ?? []),
    ]),
  ];
  const quoted = watched.map((key) => `"${key}"`);

  function text(payload: string, arrival: Arrival): ClassifiedRecord {
    let parsed: unknown;
    try {
      parsed = JSON.parse(payload);
    } catch {
      return unreadable('not_json', payload, arrival);
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      return unreadable('not_an_object', payload, arrival);
    }
    const record = mayRepeat(payload, parsed as Json, quoted) ? firstMembers(payload, watched) : (parsed as Json);
    const column = (key: string) => scalarText(record[key], payload, key);
    if (bareEntity !== null && (record.specversion ?? null) === null) {
      const eventDate = dateIn(record, arrival, routes.get(bareEntity));
      return {
        entity: bareEntity,
        eventDate,
        id: column('id'),
        source: null,
        type: null,
        time: null,
        payload,
        reason: null,
      };
    }
    const { type } = record;
    const id = column('id');
    const source = column('source');
    const time = column('time');
    const nobodys = { entity: UNPARSABLE, eventDate: UNKNOWN_DATE, id, source, time, payload } as const;
    if (typeof type !== 'string') return { ...nobodys, type: null, reason: 'missing_type' };
    const route = routes.get(type);
    if (route === undefined) return { ...nobodys, type, reason: 'unknown_type' };
    const eventDate = dateIn(record.data, arrival, route);
    return { entity: type, eventDate, id, source, type, time, payload, reason: null };
  }

  function bytes(data: Uint8Array, arrival: Arrival): ClassifiedRecord {
    const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    if (isUtf8(buffer)) return text(buffer.toString('utf8'), arrival);
    return unreadable('not_utf8', buffer.toString('base64'), arrival);
  }

  function unreadable(reason: Unreadable, payload: string, arrival: Arrival): ClassifiedRecord {
    const eventDate = bareEntity === null ? UNKNOWN_DATE : dateIn(undefined, arrival, routes.get(bareEntity));
    const none = { id: null, source: null, type: null, time: null };
    return { entity: bareEntity ?? UNPARSABLE, eventDate, ...none, payload, reason };
  }

  return { text, bytes, unreadable };
}

/** Whether an event that arrives so may be dated that day. */
export function isUsableDate(day: Day, arrival: Arrival, { eventTimeField, earliest, accept }: EntityRouting): boolean {
  return day >= earliest && isAccepted(day, arrival, accept) && (eventTimeField !== null || day === arrival.day);
}

function dateIn(data: unknown, arrival: Arrival, route: EntityRouting | undefined): string {
  if (route === undefined) return UNKNOWN_DATE;
  const date = route.eventTimeField === null ? arrival.day : timeIn(data, route.eventTimeField);
  return date !== undefined && isUsableDate(date, arrival, route) ? date : UNKNOWN_DATE;
}

function timeIn(data: unknown, field: string): Day | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const value = (data as Json)[field];
  return typeof value === 'string' ? eventDateOf(value) : undefined;
}

/** A scalar as text, a number as it was written (integers without loss); null for null, objects and arrays. */
function scalarText(value: unknown, object: string, key: string): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return null;
  const written = memberText(object, key) ?? null;
  return written === '-0' ? '0' : written;
}

/** Whether a watched key may occur twice in one object; sometimes true where none does, never false where one does. */
function mayRepeat(payload: string, record: Json, quotedKeys: readonly string[]): boolean {
  const { data } = record;
  const nested = typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.keys(data).length : 0;
  if (membersWritten(payload) === Object.keys(record).length + nested) return false;
  // An escaped key ("\u0074ype") is not found by looking for its text.
  if (payload.includes('\\u')) return true;
  return quotedKeys.some((key) => payload.indexOf(key) !== payload.lastIndexOf(key));
}

/** How many keys are written in a JSON text: exact or too high; NaN if keys are written in an unusual way. */
function membersWritten(payload: string): number {
  let members = 0;
  // Four times as fast as a look at every character.
  for (let at = payload.indexOf(':'); at !== -1; at = payload.indexOf(':', at + 1)) {
    const previous = payload.charCodeAt(at - 1);
    if (previous === QUOTE) members++;
    else if (previous <= SPACE) return Number.NaN;
  }
  return members;
}

function firstMembers(payload: string, keys: readonly string[], nested = true): Json {
  const members: Json = {};
  for (const key of keys) {
    const text = memberText(payload, key);
    if (text === undefined) continue;
    members[key] =
      nested && key === 'data' && text.startsWith('{') ? firstMembers(text, keys, false) : JSON.parse(text);
  }
  return members;
}
