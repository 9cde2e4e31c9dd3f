import { type Day, isDay } from '../core/dates.ts';
import { UsageError } from '../core/errors.ts';

/** What stream to generate. The same options give the same stream, byte for byte. */
export interface StreamOptions {
  /** Lines of the main batch, about: duplicates included. */
  events: number;
  /** Days of event time, from `start` on. */
  days: number;
  start: Day;
  users: number;
  seed: number;
  /** Shares of the events, 0 to 1. */
  transactions: number;
  duplicates: number;
  defects: number;
  /** Events of the main batch that arrive one to five days late. */
  late: number;
  /** New events of one past day that arrive together, after all else. */
  lateBatch: number;
  /** Users that act for days on end without ever pausing for half an hour. */
  bots: number;
}

/** The defaults: a month of a product with a few actions per user. */
export function streamOptions(given: Partial<StreamOptions> = {}): StreamOptions {
  const events = given.events ?? 1_000_000;
  const options: StreamOptions = {
    events,
    days: 30,
    start: '2026-01-01',
    users: Math.min(200_000, Math.ceil(events / 5)),
    seed: 7,
    transactions: 0.15,
    duplicates: 0.03,
    defects: 0.01,
    late: 0.02,
    lateBatch: 0.002,
    bots: events < 10_000 ? 0 : Math.ceil(events / 500_000),
    ...given,
  };
  for (const name of ['events', 'days', 'users'] as const) {
    if (!Number.isSafeInteger(options[name]) || options[name] < 1) refuse(name, options[name], 'a whole number from 1');
  }
  for (const name of ['seed', 'bots'] as const) {
    if (!Number.isSafeInteger(options[name]) || options[name] < 0) refuse(name, options[name], 'a whole number from 0');
  }
  for (const name of ['transactions', 'duplicates', 'defects', 'late', 'lateBatch'] as const) {
    if (!(options[name] >= 0 && options[name] < 1)) refuse(name, options[name], 'a share from 0 to below 1');
  }
  if (!isDay(options.start)) refuse('start', options.start, 'a day as YYYY-MM-DD');
  return options;
}

function refuse(name: string, value: unknown, expected: string): never {
  throw new UsageError(`Cannot generate a stream with ${name} ${value}: expected ${expected}.`);
}
