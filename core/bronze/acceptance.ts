import { type Day, dayNumber } from '../dates.ts';

/** What a contract says of events that are too old, or too far in the future, when they arrive. Absent: any is taken. */
export interface Acceptance {
  /** The event's day may be at most so many days before the day of arrival. */
  readonly lateDays?: number;
  /** The event's day may be at most so many days after the day of arrival. */
  readonly aheadDays?: number;
  /** Whether this holds for records from files, too. By default not: a file is often history. */
  readonly files?: boolean;
}

/** How a record came in, as far as its event time is judged by that. */
export interface Arrival {
  /** In UTC. */
  readonly day: Day;
  readonly by: 'stream' | 'file';
}

/** Whether an event of that day, arriving so, has a date that counts. */
export function isAccepted(eventDay: Day, arrival: Arrival, accept: Acceptance | undefined): boolean {
  if (!accept || (arrival.by === 'file' && !accept.files)) return true;
  const ahead = dayNumber(eventDay) - dayNumber(arrival.day);
  return -ahead <= (accept.lateDays ?? Infinity) && ahead <= (accept.aheadDays ?? Infinity);
}

/** The rule of `isAccepted` for a record of a file, as a DuckDB expression over two days as text. */
export function acceptedSql(eventDay: string, arrivalDay: string, accept: Acceptance | undefined): string {
  if (!accept?.files) return 'true';
  const ahead = `(${eventDay}::date - ${arrivalDay}::date)`;
  const limits = [];
  if (accept.lateDays !== undefined) limits.push(`-${ahead} <= ${accept.lateDays}`);
  if (accept.aheadDays !== undefined) limits.push(`${ahead} <= ${accept.aheadDays}`);
  return limits.join(' and ') || 'true';
}

/** The same rule in silver, in the SQL of both engines: [what it refuses, the reason's code] over a timestamp column. */
export function refusals(eventTime: string, accept: Acceptance | undefined): [condition: string, code: string][] {
  if (!accept) return [];
  const scope = accept.files ? '' : 'file_hash is null and ';
  const late = `date_diff('day', cast(${eventTime} as date), cast(ingested_at as date))`;
  const found: [string, string][] = [];
  if (accept.lateDays !== undefined) found.push([`${scope}${late} > ${accept.lateDays}`, 'too_late']);
  if (accept.aheadDays !== undefined) found.push([`${scope}${late} < -${accept.aheadDays}`, 'too_far_ahead']);
  return found;
}
