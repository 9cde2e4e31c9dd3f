import { mix32 } from '../random.ts';

/** What users of a variant are offered, and how it changes what they do. */
export interface Variant {
  name: string;
  /** On the price, in percent: 95 is 5 % less. */
  pricePercent: number;
  /** Pricing: that a product seen goes into the cart. Shipping: that a checkout ends in a purchase. */
  probability: number;
}

export interface Experiment {
  name: string;
  type: 'pricing' | 'shipping';
  /** Day of the first decision of it, as a share of all days. */
  begins: number;
  /** All alike in size; the first one is the control, which is also what happens outside the experiment. */
  variants: readonly [Variant, ...Variant[]];
}

/** One in ten users is in no experiment. */
const OUTSIDE = 10;

export const PRICING: Experiment = {
  name: 'price-level',
  type: 'pricing',
  begins: 0,
  variants: [
    { name: 'control', pricePercent: 100, probability: 0.12 },
    { name: 'lower', pricePercent: 95, probability: 0.15 },
    // No effect: what finds one is wrong.
    { name: 'same', pricePercent: 100, probability: 0.12 },
  ],
};

export const SHIPPING: Experiment = {
  name: 'shipping-subsidy',
  type: 'shipping',
  begins: 0.5,
  variants: [
    { name: 'control', pricePercent: 100, probability: 0.7 },
    { name: 'subsidised', pricePercent: 60, probability: 0.85 },
  ],
};

/** That a product in the cart is taken out again; that a cart with something in it gets to the checkout. */
export const REMOVED = 0.1;
export const CHECKED_OUT = 0.75;

/** The variant of a user, the same at all times; undefined outside the experiment. */
export function variantOf({ name, variants }: Experiment, user: number, seed: number): number | undefined {
  const hash = mix32(mix32(user + 0x9e37_79b9 * name.length) ^ seed) >>> 0;
  return hash % OUTSIDE === 0 ? undefined : Math.floor(hash / OUTSIDE) % variants.length;
}
