import { zipf } from './choice.ts';
import { Random } from './random.ts';

const PRODUCTS = 20_000;

/** What is for sale, and for how much: each product has a list price, and some are far more wanted than others. */
export class Catalogue {
  readonly size: number;
  readonly listCents: Uint32Array;
  private readonly popularity;

  constructor(seed: number, size = PRODUCTS) {
    const random = new Random(seed, -2);
    this.size = size;
    this.popularity = zipf(size, 0.8, 5);
    this.listCents = new Uint32Array(size);
    for (let product = 0; product < size; product++) {
      this.listCents[product] = Math.min(Math.max(Math.round(random.logNormal(3.2, 1) * 100), 50), 500_000);
    }
  }

  draw(random: Random): number {
    return this.popularity.draw(random);
  }
}
