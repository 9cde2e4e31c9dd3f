import { Choice } from './choice.ts';
import type { Random } from './random.ts';

/** Where a customer lives, and where parcels to them belong. */
export interface Place {
  location: string;
  country: string;
  /** The delivery zone that contracts/transactions.ts maps the location to. */
  zone: string;
}

const PLACES: readonly (readonly [location: string, country: string, zone: string, weight: number])[] = [
  ['Berlin', 'DE', 'A', 12],
];

export const ZONES = ['A', 'B', 'C', 'R'] as const;
const CHOICE = new Choice(PLACES.map(([, , , weight]) => weight));

export function drawPlace(random: Random): Place {
  const [location, country, zone] = PLACES[CHOICE.draw(random)]!;
  return { location, country, zone };
}
