import { type Entity, type Happening, oneOfFew, optional, remembered } from '../entity.ts';
import { garbage, inArray, instead, noType, noUtf8, nulled, truncated, unknownType, without } from '../spoil.ts';

/** A visitor of the shop did something on the way to a purchase. */
export interface Clickstream extends Happening {
  kind: 'clickstream';
  type: string;
  /** As the client writes it: not always in upper case, sometimes with blanks. */
  product: string | undefined;
  campaign: Campaign | undefined;
}

/** What brought a visitor. */
export interface Campaign {
  source: string;
  medium: string | undefined;
  name: string | undefined;
}

export const clickstream: Entity<Clickstream> = {
  data: ({ number, person, type, product, campaign }, time) =>
    `"event_id":"c${number}","user_id":"${person.id}"${eventType(type)}${productId(product)}` +
    `,"timestamp":"${time}"${page(PAGES[type] ?? product)}${device(person.device)}${utm(campaign)}`,
  defects: {
    'no event_id': without('event_id'),
    'null user_id': nulled('user_id'),
    'impossible timestamp': instead('timestamp', '"2026-02-30T12:00:00Z"'),
    'unknown type of event': instead('event_type', '"teleport"'),
    'no event_type': without('event_type'),
    'no timestamp': without('timestamp'),
    truncated,
    garbage,
    'no UTF-8': noUtf8,
    'in an array': inArray,
    'no type': noType,
    'unknown type': unknownType,
  },
};

const PAGES: Record<string, string> = {
  search: '/search',
  add_to_cart: '/cart',
  remove_from_cart: '/cart',
  checkout: '/checkout',
  purchase: '/thanks',
};

const eventType = oneOfFew('event_type');
const productId = oneOfFew('product_id');
const device = oneOfFew('device_type');
/** Of a path, or of a product's own page. */
const page = remembered((of: string | undefined) =>
  optional('page', of?.startsWith('/') ? of : `/product/${of?.trim().toLowerCase()}`),
);
const utm = remembered((campaign: Campaign | undefined) =>
  campaign === undefined
    ? ''
    : `,"utm_source":"${campaign.source}"` +
      `${optional('utm_medium', campaign.medium)}${optional('utm_campaign', campaign.name)}`,
);
