import type { Person } from './people.ts';
import type { Spoil } from './spoil.ts';

/** What all things that happen have in common, as they truly were. Times are milliseconds since 1970 UTC. */
export interface Happening {
  /** In the order in which they are made; becomes the event id. */
  number: number;
  /** Who did it, or whom it is about, as they were then. */
  person: Person;
  at: number;
}

/** How one kind of event is written, and what may be wrong with it when it arrives. */
export interface Entity<E> {
  /** The members of its data, as JSON without the braces; `time` is `at` in ISO 8601. */
  data(event: E, time: string): string;
  /** Name of a defect → what it does to the sound line. */
  readonly defects: Readonly<Record<string, Spoil>>;
  /** Those that the stream of demo and bench does not have: its bytes are compared from release to release. */
  readonly further?: Readonly<Record<string, Spoil>>;
}

/** A member for an optional field, with the comma before it. */
export function optional(field: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${field}":"${value}"`;
}

/** The same for a field of few values: each of its members is put together once. */
export function oneOfFew(field: string): (value: string | undefined) => string {
  return remembered((value: string | undefined) => optional(field, value));
}

/** A function of few arguments that makes its texts once, and in one piece. */
export function remembered<T>(make: (of: T) => string): (of: T) => string {
  const known = new Map<T, string>();
  return (of) => {
    let text = known.get(of);
    if (text === undefined) {
      // What `+` and templates give is a chain of pieces, to be gone through again in each text that holds it.
      text = [...make(of)].join('');
      known.set(of, text);
    }
    return text;
  };
}

const PARTS = Array.from({ length: 100 }, (_, value) => `.${String(value).padStart(2, '0')}`);

/** An amount of money as JSON: 1999 is 19.99. */
export function amount(cents: number): string {
  const part = cents % 100;
  return (cents - part) / 100 + PARTS[part]!;
}
