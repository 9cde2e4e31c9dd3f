import { type Day, isDay } from '../../core/dates.ts';
import { UsageError } from '../../core/errors.ts';
import type { DeliveryOptions } from '../deliveries.ts';

/** What world to generate. The same options give the same files, byte for byte. */
export interface WorldOptions extends DeliveryOptions {
  /** Lines of all streams together, about: duplicates included. CSV rows come on top. */
  events: number;
  /** Days of event time, from `start` on. */
  days: number;
  start: Day;
  seed: number;
  /** Those that join meanwhile included, bots not. */
  users: number;
  products: number;
  /** Users that act for days on end without ever pausing for half an hour, and as many that read the shop page by page. */
  bots: number;
}

const MOST_DAYS = 3660;

/** @throws UsageError naming the option that cannot be, and what was expected */
export function worldOptions(given: Partial<WorldOptions> = {}): WorldOptions {
  const events = given.events ?? 100_000;
  const options: WorldOptions = {
    events,
    days: 30,
    start: '2026-01-01',
    seed: 7,
    users: Math.max(10, Math.min(200_000, Math.ceil(events / 20))),
    products: Math.max(20, Math.min(20_000, Math.ceil(events / 2000))),
    bots: events < 10_000 ? 0 : Math.ceil(events / 500_000),
    duplicates: 0.03,
    defects: 0.01,
    late: 0.02,
    furtherDefects: true,
    ...given,
  };
  for (const name of ['events', 'days', 'users', 'products'] as const) {
    if (!Number.isSafeInteger(options[name]) || options[name] < 1) refuse(name, options[name], 'a whole number from 1');
  }
  for (const name of ['seed', 'bots'] as const) {
    if (!Number.isSafeInteger(options[name]) || options[name] < 0) refuse(name, options[name], 'a whole number from 0');
  }
  for (const name of ['duplicates', 'defects', 'late'] as const) {
    if (!(options[name] >= 0 && options[name] < 1)) refuse(name, options[name], 'a share from 0 to below 1');
  }
  if (options.days > MOST_DAYS) refuse('days', options.days, `at most ${MOST_DAYS}`);
  if (!isDay(options.start)) refuse('start', options.start, 'a day as YYYY-MM-DD');
  return options;
}

function refuse(name: string, value: unknown, expected: string): never {
  throw new UsageError(`Cannot generate data with ${name} ${value}: expected ${expected}.`);
}
