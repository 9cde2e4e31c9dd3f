import { amount, type Entity, type Happening, oneOfFew } from '../entity.ts';
import { garbage, instead, nulled, truncated, without } from '../spoil.ts';

/** Somebody got money back for a purchase, all of it or a part. */
export interface Refund extends Happening {
  kind: 'refunds';
  /** The number of the purchase. */
  transaction: number;
  cents: number;
  /** What was paid for the purchase. */
  paidCents: number;
  reason: string | undefined;
}

export const refunds: Entity<Refund> = {
  data: (event, time) =>
    `"refund_id":"f${event.number}","transaction_id":"t${event.transaction}","user_id":"${event.person.id}"` +
    `,"amount":${amount(event.cents)},"timestamp":"${time}"${currency(event.person.currency)}${reason(event.reason)}`,
  defects: {
    'no refund_id': without('refund_id'),
    'no transaction_id': without('transaction_id'),
    'null user_id': nulled('user_id'),
    'amount 0': instead('amount', '0.00'),
    'negative amount': instead('amount', (sound) => `-${sound}`),
    'text amount': instead('amount', '"all of it"'),
    'impossible timestamp': instead('timestamp', '"2026-04-31T08:00:00Z"'),
    'no timestamp': without('timestamp'),
    truncated,
    garbage,
  },
};

const currency = oneOfFew('currency');
const reason = oneOfFew('reason');
