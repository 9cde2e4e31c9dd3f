import type { Random } from './random.ts';

/** Draws indexes 0, 1, 2, … in proportion to their weights. */
export class Choice {
  private readonly cumulative: Float64Array;

  constructor(weights: ArrayLike<number>) {
    this.cumulative = new Float64Array(weights.length);
    let sum = 0;
    for (let index = 0; index < weights.length; index++) {
      sum += weights[index]!;
      this.cumulative[index] = sum;
    }
  }

  draw(random: Random): number {
    let low = 0;
    let high = this.cumulative.length - 1;
    const target = random.unit() * this.cumulative[high]!;
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
