import { describe, expect, it } from 'vitest';
import { Mix, zipf } from '../../generator/choice.ts';
import { Random } from '../../generator/random.ts';

const draws = <T>(count: number, draw: () => T) => Array.from({ length: count }, draw);
const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

describe('Random', () => {
  it('gives a sequence of its own for each seed and stream', () => {
    const sequence = (seed: number, stream: number) => {
      const random = new Random(seed, stream);
      return draws(4, () => random.uint32()).join();
    };
    const all = [sequence(1, 0), sequence(1, 1), sequence(2, 0), sequence(1 + 2 ** 32, 0)];
    expect(new Set(all).size).toBe(all.length);
    expect(sequence(1, 0)).toBe(all[0]);
  });

  it('is even over its range', () => {
    const random = new Random(3);
    const counts = new Array(16).fill(0);
    for (let drawn = 0; drawn < 160_000; drawn++) counts[random.uint32() >>> 28]++;
    // Pearson's statistic with 15 degrees of freedom is below 37.7 in 99.9 % of the cases.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(37.7);
  });

  it('has the moments of its distributions', () => {
    const random = new Random(4);
    expect(mean(draws(50_000, () => random.unit()))).toBeCloseTo(0.5, 2);
    expect(mean(draws(50_000, () => random.normal(3, 1)))).toBeCloseTo(3, 1);
    expect(mean(draws(50_000, () => random.exponential(2)))).toBeCloseTo(2, 1);
    expect(mean(draws(50_000, () => random.geometric(0.5)))).toBeCloseTo(2, 1);
  });

  it('draws by weight', () => {
    const random = new Random(5);
    const mix = new Mix([
      ['often', 3],
      ['never', 0],
      ['seldom', 1],
    ] as const);
    const drawn = draws(20_000, () => mix.draw(random));
    expect(drawn.filter((value) => value === 'often').length / drawn.length).toBeCloseTo(0.75, 1);
    expect(drawn).not.toContain('never');
    const ranks = zipf(10, 1, 1);
    const first = draws(20_000, () => ranks.draw(random)).filter((rank) => rank === 0).length;
    expect(first / 20_000).toBeCloseTo(1 / 2.929, 1);
  });
});
