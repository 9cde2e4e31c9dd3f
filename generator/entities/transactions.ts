import { amount, type Entity, type Happening, oneOfFew } from '../entity.ts';
import { garbage, instead, nulled, truncated, without } from '../spoil.ts';

/** Somebody bought a quantity of one product. */
export interface Transaction extends Happening {
  kind: 'transactions';
  sku: string;
  quantity: number;
  /** What was paid for all pieces together. */
  cents: number;
  status: string;
  location: string | undefined;
}

export const transactions: Entity<Transaction> = {
  data: (event, time) =>
    `"transaction_id":"t${event.number}","user_id":"${event.person.id}","product_id":"${event.sku}"` +
    `,"quantity":${event.quantity},"price":${amount(event.cents)},"timestamp":"${time}"` +
    channel(event.person.channel) +
    currency(event.person.currency) +
    payment(event.person.payment) +
    status(event.status) +
    location(event.location),
  defects: {
    'no user_id': without('user_id'),
    'null user_id': nulled('user_id'),
    'impossible timestamp': instead('timestamp', '"2026-13-45T99:00:00Z"'),
    truncated,
    garbage,
    'quantity 0': instead('quantity', '0'),
    'text quantity': instead('quantity', '"two"'),
    'fractional quantity': instead('quantity', '2.5'),
    'text price': instead('price', '"12,50"'),
    'negative price': instead('price', (sound) => `-${sound}`),
    'price 0': instead('price', '0.00'),
  },
  further: { 'no transaction_id': without('transaction_id'), 'no product_id': without('product_id') },
};

const channel = oneOfFew('channel');
const currency = oneOfFew('currency');
const payment = oneOfFew('payment_method');
const status = oneOfFew('transaction_status');
const location = oneOfFew('location');
