import type { Event } from './event.ts';
import type { Random } from './random.ts';

/** What may be wrong with a delivery. The event behind it is sound. */
const ANY = ['no user_id', 'null user_id', 'impossible timestamp', 'truncated', 'garbage'] as const;
const INTERACTION = [
  ...ANY,
  'unknown action',
  'text duration',
  'too long',
  'negative duration',
  'fractional duration',
  'no page_id',
] as const;
const TRANSACTION = [
  ...ANY,
  'quantity 0',
  'text quantity',
  'fractional quantity',
  'text price',
  'negative price',
  'price 0',
] as const;

export type Defect = (typeof INTERACTION)[number] | (typeof TRANSACTION)[number];

export function defectOf(event: Event, random: Random): Defect {
  return event.kind === 'interactions' ? random.of(INTERACTION) : random.of(TRANSACTION);
}
