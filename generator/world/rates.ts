import { ZONES } from '../places.ts';

/** Upper ends of the weight bands in grams, included. */
export const BANDS = [500, 1000, 2000, 5000, 10_000, 20_000, 31_500, 1_000_000] as const;
const BASE_CENTS = [290, 390, 490, 690, 990, 1490, 1990, 9900];
const PERCENT: Record<string, number> = { A: 100, B: 130, C: 170, R: 220 };

/** What shipping costs in cents: raised once, in the middle of the days. */
export class Rates {
  private readonly raise: number;

  constructor(days: number) {
    this.raise = Math.ceil(days / 2);
  }

  band(zone: string, band: number, day: number): number {
    return Math.round((BASE_CENTS[band]! * PERCENT[zone]! * (day >= this.raise ? 1.06 : 1)) / 100);
  }

  of(zone: string, grams: number, day: number): number {
    const found = BANDS.findIndex((top) => grams <= top);
    return this.band(zone, found === -1 ? BANDS.length - 1 : found, day);
  }

  zones(): readonly string[] {
    return ZONES;
  }
}
