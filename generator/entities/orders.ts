import { amount, type Entity, type Happening } from '../entity.ts';
import { isoTime } from '../iso-time.ts';
import { garbage, instead, nulled, truncated, without } from '../spoil.ts';

/** An order was made, or something about it changed. */
export interface Order extends Happening {
  kind: 'orders';
  /** Counts the orders of its shop: two shops have orders of the same number. */
  order: number;
  region: string;
  sku: string;
  quantity: number;
  cents: number;
  currency: string;
  status: string;
  createdAt: number;
}

export const orders: Entity<Order> = {
  data: (event, time) =>
    `"order_id":"${event.order}","record_source":"${event.person.source}","region":"${event.region}"` +
    `,"customer_id":"${event.person.id}","sku":"${event.sku}","quantity":${event.quantity},"amount":${amount(event.cents)}` +
    `,"currency":"${event.currency}","status":"${event.status}","created_at":"${isoTime(event.createdAt)}"` +
    `,"updated_at":"${time}"`,
  defects: {
    'no order_id': without('order_id'),
    'no record_source': without('record_source'),
    'no region': without('region'),
    'null customer_id': nulled('customer_id'),
    'no sku': without('sku'),
    'quantity 0': instead('quantity', '0'),
    'text quantity': instead('quantity', '"a dozen"'),
    'fractional quantity': instead('quantity', '0.5'),
    'text amount': instead('amount', '"EUR 12"'),
    'amount of three decimals': instead('amount', '12.345'),
    'no currency': without('currency'),
    'unknown status': instead('status', '"lost"'),
    'impossible creation': instead('created_at', '"0000-00-00T00:00:00Z"'),
    'impossible update': instead('updated_at', '"2026-01-01T24:00:00Z"'),
    truncated,
    garbage,
  },
};
