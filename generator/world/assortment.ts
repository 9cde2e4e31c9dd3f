import { Catalogue } from '../catalogue.ts';
import { Random } from '../random.ts';
import type { Irregularities } from '../snapshots/irregularities.ts';

export const CATEGORIES = [
  'audio',
  'books',
  'garden',
  'kitchen',
  'lighting',
  'office',
  'outdoor',
  'sports',
  'toys',
  'travel',
];
const SUPPLIERS_A_PRODUCT = 2;
export const COMPETITORS = ['acme', 'bazaar', 'corner-shop'];
const NEVER = 0x7fff_ffff;

/** The catalogue as it is on a day: products come and go, prices, costs and what competitors ask change. */
export class Assortment extends Catalogue {
  readonly category: Uint8Array;
  readonly grams: Uint32Array;
  /** Length, width, height of each product in millimetres. */
  readonly millimetres: Uint16Array;
  /** Cents; 0: no such supplier. */
  readonly costs: Uint32Array;
  /** Cents; 0: the competitor does not sell it. */
  readonly marketCents: Uint32Array;
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly seed: number;
  private readonly odd: Irregularities;
  private day = -1;

  constructor(seed: number, size: number, days: number, odd: Irregularities) {
    super(seed, size);
    const random = new Random(seed, -12);
    this.seed = seed;
    this.odd = odd;
    this.category = new Uint8Array(size);
    this.grams = new Uint32Array(size);
    this.millimetres = new Uint16Array(size * 3);
    this.costs = new Uint32Array(size * SUPPLIERS_A_PRODUCT);
    this.marketCents = new Uint32Array(size * COMPETITORS.length);
    this.from = new Int32Array(size);
    this.to = new Int32Array(size).fill(NEVER);
    for (let product = 0; product < size; product++) {
      const cents = this.listCents[product]!;
      this.category[product] = random.between(0, CATEGORIES.length);
      this.grams[product] = Math.min(Math.max(Math.round(random.logNormal(6.3, 1.1)), 10), 60_000);
      const edge = Math.cbrt(this.grams[product]! * 4) * 10;
      for (let axis = 0; axis < 3; axis++) {
        this.millimetres[product * 3 + axis] = Math.max(5, Math.round(edge * (0.5 + random.unit())));
      }
      for (let supplier = 0; supplier < SUPPLIERS_A_PRODUCT; supplier++) {
        const offers = supplier === 0 || random.chance(0.4);
        this.costs[product * SUPPLIERS_A_PRODUCT + supplier] = offers
          ? Math.round(cents * (0.45 + 0.35 * random.unit()))
          : 0;
      }
      for (let competitor = 0; competitor < COMPETITORS.length; competitor++) {
        const sells = random.chance(0.6);
        this.marketCents[product * COMPETITORS.length + competitor] = sells
          ? Math.max(1, Math.round(cents * (0.85 + 0.35 * random.unit())))
          : 0;
      }
      // The most wanted ones stay, or a small catalogue would have nothing to sell.
      if (product > 2 && random.chance(0.08)) this.from[product] = odd.notMissing(random.between(1, days + 1));
      if (product > 2 && random.chance(0.06)) {
        this.to[product] = odd.notMissing(this.from[product]! + random.between(1, days + 1));
      }
    }
  }

  /** Goes on to the day with that index, each in order. What the snapshot of a day misses does not change on it. */
  advance(day: number): void {
    this.day = day;
    if (day === 0 || this.odd.missing === day) return;
    const random = new Random(this.seed, 0x5000_0000 + day);
    this.drift(this.listCents, 0.01, random, 0.15);
    this.drift(this.costs, 0.01, random, 0.08);
    this.drift(this.marketCents, 0.05, random, 0.1);
  }

  isSold(product: number): boolean {
    return this.from[product]! <= this.day && this.day < this.to[product]!;
  }

  /** A product that is sold on the day, the wanted ones more often. */
  drawSold(random: Random): number {
    for (let tries = 0; tries < 16; tries++) {
      const product = this.draw(random);
      if (this.isSold(product)) return product;
    }
    return 0;
  }

  private drift(cents: Uint32Array, share: number, random: Random, most: number): void {
    for (let changes = Math.ceil(cents.length * share); changes > 0; changes--) {
      const which = random.between(0, cents.length);
      if (cents[which] !== 0) {
        cents[which] = Math.max(50, Math.round(cents[which]! * (1 - most + 2 * most * random.unit())));
      }
    }
  }
}

const SKUS: string[] = [];

export function skuOf(product: number): string {
  SKUS[product] ??= `P${product}`;
  return SKUS[product];
}
