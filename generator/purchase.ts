import type { Catalogue } from './catalogue.ts';
import { Mix } from './choice.ts';
import type { Interaction } from './entities/interactions.ts';
import type { Transaction } from './entities/transactions.ts';
import type { EventNumbers } from './event-numbers.ts';
import type { Random } from './random.ts';
import { MINUTE } from './time.ts';

const STATUSES = new Mix([
  ['completed', 0.94],
  ['pending', 0.03],
  ['refunded', 0.03],
] as const);

/** How many pieces somebody takes of a product. */
export function quantityOf(random: Random): number {
  return Math.min(random.geometric(0.6), 50);
}

export function statusOf(random: Random): 'completed' | 'pending' | 'refunded' {
  return STATUSES.draw(random);
}

/** A purchase by the person of an interaction, within two minutes after it and before `end`, now and then below the list price. */
export function purchase(
  during: Interaction,
  end: number,
  catalogue: Catalogue,
  numbers: EventNumbers,
  random: Random,
): Transaction {
  const product = catalogue.draw(random);
  const discount = random.chance(0.2) ? random.between(5, 50) : 0;
  const pieceCents = Math.round((catalogue.listCents[product]! * (100 - discount)) / 100);
  const at = Math.min(during.at + random.between(0, 2 * MINUTE), end - 1);
  const quantity = quantityOf(random);
  return {
    kind: 'transactions',
    number: numbers.next(),
    person: during.person,
    at,
    sku: `p${product}`,
    quantity,
    cents: quantity * pieceCents,
    status: statusOf(random),
    location: undefined,
  };
}
