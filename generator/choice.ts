import type { Random } from './random.ts';

const GUIDES = 1024;

/** Draws indexes 0, 1, 2, … in proportion to their weights. */
export class Choice {
  private readonly cumulative: Float64Array;
  private readonly total: number;
  /** Where to look for a draw, by the first bits of it: the index of the least one with these, and of the one after. */
  private readonly guide = new Uint32Array(GUIDES + 1);

  constructor(weights: ArrayLike<number>) {
    this.cumulative = new Float64Array(weights.length);
    let sum = 0;
    for (let index = 0; index < weights.length; index++) {
      sum += weights[index]!;
      this.cumulative[index] = sum;
    }
    this.total = sum;
    for (let guide = 0; guide <= GUIDES; guide++) {
      this.guide[guide] = this.find((guide / GUIDES) * sum, 0, weights.length - 1);
    }
  }

  draw(random: Random): number {
    const unit = random.unit();
    const guide = (unit * GUIDES) | 0;
    return this.find(unit * this.total, this.guide[guide]!, this.guide[guide + 1]!);
  }

  /** The first index up to which the weights sum up to more than that. */
  private find(target: number, from: number, to: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Zipf and Mandelbrot's law: the weight of rank r is 1 / (r + shift)^exponent, so that a few make most of the traffic. */
export function zipf(count: number, exponent: number, shift: number): Choice {
  const weights = new Float64Array(count);
  for (let rank = 0; rank < count; rank++) weights[rank] = Math.exp(-exponent * Math.log(rank + shift));
  return new Choice(weights);
}

/** Draws from a few named values by weight. */
export class Mix<T> {
  private readonly values: readonly T[];
  private readonly choice: Choice;

  constructor(weighted: readonly (readonly [T, number])[]) {
    this.values = weighted.map(([value]) => value);
    this.choice = new Choice(weighted.map(([, weight]) => weight));
  }

  draw(random: Random): T {
    return this.values[this.choice.draw(random)] as T;
  }
}
