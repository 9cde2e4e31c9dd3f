import type { Person } from './people.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Something that a user did, as it truly happened. Times are milliseconds since 1970 UTC. */
export type Event = Interaction | Transaction;

export interface Interaction {
  kind: 'interactions';
  number: number;
  person: Person;
  at: number;
  action: string;
  page: number;
  duration: number;
  app: string;
}

export interface Transaction {
  kind: 'transactions';
  number: number;
  person: Person;
  at: number;
  product: number;
  quantity: number;
  cents: number;
  status: string;
}

/** Numbers events in the order in which they are made; the number becomes the event id. */
export class EventNumbers {
  private last = 0;
  next(): number {
    this.last += 1;
    return this.last;
  }
}
