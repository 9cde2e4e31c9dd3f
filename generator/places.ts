import { Choice } from './choice.ts';
import type { Random } from './random.ts';

/** Where a customer lives, and the delivery zone to which contracts/transactions.ts maps that. */
export interface Place {
  readonly location: string;
  readonly country: string;
  readonly zone: string;
}

export const ZONES = ['A', 'B', 'C', 'R'] as const;

/** Those that order in a shop, the large ones first; its language counts, not where it is. */
const BY_SHOP: Record<string, readonly Place[]> = {
  'shop-eu': [
    { location: 'Berlin', country: 'DE', zone: 'A' },
    { location: 'Paris', country: 'FR', zone: 'B' },
    { location: 'Munich', country: 'DE', zone: 'A' },
    { location: 'Vienna', country: 'AT', zone: 'B' },
    { location: 'Hamburg', country: 'DE', zone: 'A' },
    { location: 'Madrid', country: 'ES', zone: 'C' },
    { location: 'Warsaw', country: 'PL', zone: 'B' },
    { location: 'Amsterdam', country: 'NL', zone: 'B' },
    { location: 'Milan', country: 'IT', zone: 'C' },
    { location: 'Stockholm', country: 'SE', zone: 'C' },
    { location: 'Las Palmas', country: 'ES', zone: 'R' },
    { location: 'Reykjavik', country: 'IS', zone: 'R' },
  ],
  'shop-us': [
    { location: 'New York', country: 'US', zone: 'R' },
    { location: 'London', country: 'GB', zone: 'C' },
    { location: 'Chicago', country: 'US', zone: 'R' },
    { location: 'Dublin', country: 'IE', zone: 'C' },
    { location: 'Berlin', country: 'DE', zone: 'A' },
    { location: 'Toronto', country: 'CA', zone: 'R' },
    { location: 'Austin', country: 'US', zone: 'R' },
    { location: 'Paris', country: 'FR', zone: 'B' },
    { location: 'Honolulu', country: 'US', zone: 'R' },
  ],
};
const CHOICES = Object.fromEntries(
  Object.entries(BY_SHOP).map(([shop, places]) => [shop, new Choice(places.map((_, rank) => 1 / (rank + 3)))]),
);

/** A place where somebody may live who orders in that shop. */
export function drawPlace(shop: string, random: Random): Place {
  return BY_SHOP[shop]![CHOICES[shop]!.draw(random)]!;
}
