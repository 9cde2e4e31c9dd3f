import { Choice } from './choice.ts';
import type { Random } from './random.ts';

/** Where a customer lives, and the delivery zone to which contracts/transactions.ts maps that. */
export interface Place {
  readonly location: string;
  readonly country: string;
  readonly zone: string;
}

export const ZONES = ['A', 'B', 'C', 'R'] as const;

const OVERSEAS = ['US', 'CA'];
const PLACES: readonly Place[] = [
  { location: 'Berlin', country: 'DE', zone: 'A' },
  { location: 'London', country: 'GB', zone: 'B' },
  { location: 'New York', country: 'US', zone: 'C' },
  { location: 'Paris', country: 'FR', zone: 'B' },
  { location: 'Munich', country: 'DE', zone: 'A' },
  { location: 'Vienna', country: 'AT', zone: 'B' },
  { location: 'Hamburg', country: 'DE', zone: 'A' },
  { location: 'Chicago', country: 'US', zone: 'C' },
  { location: 'Madrid', country: 'ES', zone: 'B' },
  { location: 'Warsaw', country: 'PL', zone: 'B' },
  { location: 'Toronto', country: 'CA', zone: 'C' },
  { location: 'Austin', country: 'US', zone: 'C' },
  { location: 'Anchorage', country: 'US', zone: 'R' },
  { location: 'Reykjavik', country: 'IS', zone: 'R' },
  { location: 'Las Palmas', country: 'ES', zone: 'R' },
  { location: 'Honolulu', country: 'US', zone: 'R' },
];
/** Those that a shop serves, the large ones first. */
const BY_SHOP: Record<string, Place[]> = {
  'shop-eu': PLACES.filter(({ country }) => !OVERSEAS.includes(country)),
  'shop-us': PLACES.filter(({ country }) => OVERSEAS.includes(country)),
};
const CHOICES = Object.fromEntries(
  Object.entries(BY_SHOP).map(([shop, places]) => [shop, new Choice(places.map((_, rank) => 1 / (rank + 3)))]),
);

/** A place that the shop serves. */
export function drawPlace(shop: string, random: Random): Place {
  return BY_SHOP[shop]![CHOICES[shop]!.draw(random)]!;
}
