/**
 * Seeded pseudo-random numbers: sfc32 (Chris Doty-Humphrey, PractRand), whose cycles are 2^127 draws on average and
 * never below 2^32. A generator with a short cycle makes data that compress too well and benchmarks that flatter.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** `stream` tells apart independent sequences of one seed, so that a change in one part leaves the others as they were. */
  constructor(seed: number, stream = 0) {
    this.a = seed | 0;
    this.b = Math.floor(seed / 0x1_0000_0000) | 0;
    this.c = mix32(stream);
    for (let warmUp = 0; warmUp < 15; warmUp++) this.uint32();
  }

  uint32(): number {
    const result = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + result;
    this.c |= 0;
    return result >>> 0;
  }

  /** A number of [0, 1), in steps of 2^-32. */
  unit(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** A whole number of [low, high). */
  between(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low));
  }

  of<T>(values: readonly T[]): T {
    return values[this.between(0, values.length)] as T;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  /** Box and Muller's transform. */
  normal(mean: number, deviation: number): number {
    return mean + deviation * Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  /** `mu` and `sigma` are the mean and deviation of the logarithm. */
  logNormal(mu: number, sigma: number): number {
    return Math.exp(this.normal(mu, sigma));
  }

  /** Trials up to the first success: 1, 2, 3, … */
  geometric(success: number): number {
    return 1 + Math.floor(Math.log(1 - this.unit()) / Math.log(1 - success));
  }
}

/** A one-to-one scrambling of 32-bit numbers: the finaliser of MurmurHash3 (Austin Appleby). */
export function mix32(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
