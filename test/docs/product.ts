import type { Price } from './prices.ts';

/** What one thing costs a day, with its arithmetic: a product of named numbers, times a price. */
export interface Line {
  readonly what: string;
  readonly factors: readonly (readonly [number, string])[];
  readonly price: Price;
}

export function dollarsOf({ factors, price }: Line): number {
  return (factors.reduce((product, [factor]) => product * factor, 1) * price.dollars) / price.per;
}

/** `5,760 batches × 14 objects × $0.005 / 1,000`. */
export function arithmeticOf({ factors, price }: Line): string {
  const per = price.per === 1 ? '' : ` / ${numberText(price.per)}`;
  return `${factors.map(([factor, name]) => `${numberText(factor)} ${name}`).join(' × ')} × $${price.dollars}${per}`;
}

export function numberText(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
