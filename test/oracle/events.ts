import { type Day, dayNumber, dayOf } from '../../core/dates.ts';

/** An accepted interaction; `at` in milliseconds since 1970, UTC. */
export interface Interaction {
  readonly id: string;
  readonly user: string;
  readonly at: number;
  readonly action: string;
  readonly duration: number;
  readonly device: string | null;
}

/** An accepted transaction. */
export interface Transaction {
  readonly id: string;
  readonly user: string;
  readonly at: number;
  readonly cents: number;
}

export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;

export function dayAt(at: number): Day {
  return dayOf(Math.floor(at / DAY));
}

/** The first millisecond after a day. */
export function endOf(day: Day): number {
  return (dayNumber(day) + 1) * DAY;
}

/** Groups in the order in which their first members come. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** Each user's interactions in the order of (timestamp, id). */
export function timelines(interactions: readonly Interaction[]): Interaction[][] {
  const groups = [...groupBy(interactions, ({ user }) => user).values()];
  return groups.map((events) => events.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)));
}
