import { Mix, zipf } from './choice.ts';
import { type EventNumbers, type Interaction, MINUTE, type Transaction } from './event.ts';
import { Random } from './random.ts';

const PRODUCTS = 20_000;
const POPULARITY = zipf(PRODUCTS, 0.8, 5);
const STATUSES = new Mix([
  ['completed', 0.94],
  ['pending', 0.03],
  ['refunded', 0.03],
] as const);

/** What is bought: a product has a list price, and is now and then sold below it. */
export class Shop {
  private readonly listCents = new Uint32Array(PRODUCTS);

  constructor(seed: number) {
    const random = new Random(seed, -2);
    for (let product = 0; product < PRODUCTS; product++) {
      this.listCents[product] = Math.min(Math.max(Math.round(random.logNormal(3.2, 1) * 100), 50), 500_000);
    }
  }

  /** A purchase by the person of an interaction, within two minutes after it and before `end`. */
  purchase(during: Interaction, end: number, numbers: EventNumbers, random: Random): Transaction {
    const product = POPULARITY.draw(random);
    const discount = random.chance(0.2) ? random.between(5, 50) : 0;
    return {
      kind: 'transactions',
      number: numbers.next(),
      person: during.person,
      at: Math.min(during.at + random.between(0, 2 * MINUTE), end - 1),
      product,
      quantity: Math.min(random.geometric(0.6), 50),
      cents: Math.round((this.listCents[product]! * (100 - discount)) / 100),
      status: STATUSES.draw(random),
    };
  }
}
