import type { Day } from '../../core/dates.ts';
import { groupBy } from './events.ts';

/** A row of the snapshot of a day. */
interface Told {
  readonly day: Day;
}

interface Product extends Told {
  readonly sku: string;
  readonly category: string;
  readonly anchor: boolean;
  readonly cents: number;
  readonly grams: number;
  /** In hundredths of a centimetre. */
  readonly sides: readonly [number, number, number];
}

interface Offer extends Told {
  readonly supplier: string;
  readonly sku: string;
  readonly cents: number;
  readonly leadDays: number;
}

interface Asked extends Told {
  readonly sku: string;
  readonly competitor: string;
  readonly cents: number;
  /** The day on which the price was seen. */
  readonly seen: Day;
}

interface Rate extends Told {
  readonly zone: string;
  /** The heaviest parcel of the band. */
  readonly grams: number;
  readonly cents: number;
}

/** Every snapshot that was ever told. */
export interface Shop {
  readonly products: readonly Product[];
  readonly offers: readonly Offer[];
  readonly asked: readonly Asked[];
  readonly rates: readonly Rate[];
}

/** What the conversion of a product tells of it; rates as they are published, rounded to 6 decimals. */
export interface Conversion {
  readonly sku: string;
  readonly category: string;
  readonly viewers: number;
  readonly rate: number | null;
  readonly prior: number | null;
}

/** By the names of the columns. Texts are to be met exactly, numbers are before rounding. */
export type Expected = Readonly<Record<string, string | number | null>>;

/** The rows of the newest day up to `on` that has any. */
export function asOf<T extends Told>(rows: readonly T[], on: Day): T[] {
  const days = rows.map(({ day }) => day).filter((day) => day <= on);
  const newest = days.sort().at(-1);
  return rows.filter(({ day }) => day === newest);
}

/** gold.rate_cards of a day: each zone's bands from the lightest on. */
export function rateCards({ rates }: Shop, on: Day): Expected[] {
  return bandsOf(rates, on).map(({ zone, band, above, grams, cents, day }) => ({
    zone,
    band: `${band}`,
    weight_above_kg: thousandths(above),
    weight_up_to_kg: thousandths(grams),
    price: hundredths(cents),
    valid_from: day,
    dt: on,
  }));
}

function bandsOf(rates: readonly Rate[], on: Day) {
  const zones = groupBy(asOf(rates, on), ({ zone }) => zone);
  return [...zones.values()].flatMap((bands) => {
    const rising = [...bands].sort((a, b) => a.grams - b.grams);
    return rising.map((rate, index) => ({ ...rate, band: index + 1, above: rising[index - 1]?.grams ?? 0 }));
  });
}

/** gold.shipping_features of a day: each product asks in each zone for the band that holds it. */
export function shippingFeatures(shop: Shop, on: Day): Expected[] {
  const bands = bandsOf(shop.rates, on);
  return asOf(shop.products, on).flatMap((product) =>
    [...new Set(bands.map(({ zone }) => zone))].map((zone) => {
      const { sku, category, cents: list, grams } = product;
      const volume = product.sides.reduce((all, side) => all * side, 1) / 1e6;
      const charged = Math.max(grams, Math.round(volume / 5));
      const band = bands.find((each) => each.zone === zone && each.above < charged && charged <= each.grams);
      const cost = cheapest(shop, sku, on)?.cents;
      const profit = cost === undefined ? undefined : list - cost;
      return {
        ...{ zone, sku, category, weight_kg: thousandths(grams), volumetric_weight_kg: volume / 5000 },
        volumetric_weight_iata_kg: volume / 6000,
        chargeable_weight_kg: thousandths(charged),
        charged_by: charged > grams ? 'volumetric' : 'actual',
        weight_up_to_kg: band ? thousandths(band.grams) : null,
        shipping_price: band ? hundredths(band.cents) : null,
        list_price: hundredths(list),
        unit_cost: cost === undefined ? null : hundredths(cost),
        shipping_share_of_price: band ? band.cents / list : null,
        margin_after_shipping: band && profit !== undefined ? (profit - band.cents) / list : null,
        margin_sensitivity: band && profit !== undefined && profit > 0 ? band.cents / profit : null,
        dt: on,
      };
    }),
  );
}

function cheapest({ offers }: Shop, sku: string, on: Day): Offer | undefined {
  const own = asOf(offers, on).filter((offer) => offer.sku === sku);
  return own.sort((a, b) => a.cents - b.cents || a.leadDays - b.leadDays || (a.supplier < b.supplier ? -1 : 1))[0];
}

/** gold.pricing_features of a day, each product held against all others of its category. */
export function pricingFeatures(shop: Shop, conversions: readonly Conversion[], on: Day): Expected[] {
  const products = asOf(shop.products, on).map((product) => {
    const offer = cheapest(shop, product.sku, on);
    const known = conversions.find(({ sku }) => sku === product.sku);
    const peer = conversions.find(({ category }) => category === product.category);
    return {
      ...product,
      offer,
      suppliers: asOf(shop.offers, on).filter(({ sku }) => sku === product.sku).length,
      margin: offer ? published((product.cents - offer.cents) / product.cents) : null,
      viewers: known?.viewers ?? 0,
      conversion: known?.rate ?? peer?.prior ?? null,
    };
  });
  return products.map((product) => {
    const peers = products.filter(({ category }) => category === product.category);
    const cheaper = peers.filter(({ cents }) => cents < product.cents).length;
    const ranks = [
      rank(product, peers, ({ viewers }) => viewers),
      rank(product, peers, ({ conversion }) => conversion),
      rank(product, peers, ({ margin }) => margin),
    ] as const;
    const { sku, category, anchor, cents: list, offer, suppliers, margin, viewers, conversion } = product;
    return {
      ...{ sku, category, is_anchor: `${anchor}`, list_price: hundredths(list), suppliers: `${suppliers}` },
      supplier_id: offer?.supplier ?? null,
      unit_cost: offer ? hundredths(offer.cents) : null,
      lead_time_days: offer ? `${offer.leadDays}` : null,
      profit_margin: margin,
      ...market(
        asOf(shop.asked, on)
          .filter((each) => each.sku === sku && each.seen <= on)
          .map(({ cents }) => cents),
        list,
      ),
      price_tier: 3 * cheaper < peers.length ? 'low' : 3 * cheaper < 2 * peers.length ? 'middle' : 'high',
      viewers_28_days: `${viewers}`,
      conversion_rate_28_days: conversion,
      ...{ popularity_rank: ranks[0], conversion_rank: ranks[1], margin_rank: ranks[2] },
      anchor_score: ranks.some((each) => each === null) ? null : 0.5 * ranks[0]! + 0.3 * ranks[1]! + 0.2 * ranks[2]!,
      dt: on,
    };
  });
}

function market(prices: number[], list: number): Expected {
  const [n, total] = [prices.length, prices.reduce((all, cents) => all + cents, 0)];
  prices.sort((a, b) => a - b);
  const median = (prices[Math.floor((n - 1) / 2)]! + prices[Math.floor(n / 2)]!) / 2;
  const below = prices.filter((cents) => cents < list).length + prices.filter((cents) => cents === list).length / 2;
  const known = <T>(value: T) => (n > 0 ? value : null);
  return {
    competitors: `${n}`,
    market_min: known(hundredths(prices[0] ?? 0)),
    market_median: known(median / 100),
    market_mean: known(total / n / 100),
    price_to_market_min: known(list / prices[0]!),
    price_to_market_median: known(list / median),
    price_to_market_mean: known(list / (total / n)),
    market_position: known(below / n),
  };
}

/** Share of the others with less, of those where it is known. */
function rank<T>(one: T, all: readonly T[], of: (each: T) => number | null): number | null {
  const own = of(one);
  const known = all.map(of).filter((each) => each !== null);
  if (own === null || known.length < 2) return null;
  return known.filter((each) => each < own).length / (known.length - 1);
}

/** A ratio as tables have it. */
export function published(ratio: number): number {
  return Math.sign(ratio) * (Math.round(Math.abs(ratio) * 1e6) / 1e6);
}

function hundredths(cents: number): string {
  return (cents / 100).toFixed(2);
}

function thousandths(grams: number): string {
  return (grams / 1000).toFixed(3);
}
