import { contract } from '../core/contract/contract.ts';
import { decimal, integer, oneOf, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'orders',
  version: 2,
  meaning: 'An order was made in one of the shops, or something about it changed.',
  fields: {
    order_id: text({ meaning: 'The order; unique within its shop.' }),
    record_source: text({ meaning: 'The shop system that the record comes from.' }),
    region: text({ meaning: 'The region that the shop serves.' }),
    customer_id: text({ meaning: 'Who ordered.', pii: 'pseudonym' }),
    sku: text({ meaning: 'What was ordered.', standardise: ['trim', 'upper'] }),
    quantity: integer({ above: 0, meaning: 'How many were ordered.' }),
    amount: decimal(18, 2, { meaning: 'What the order comes to, in its currency.' }),
    currency: text({ meaning: 'ISO 4217 code of the currency.' }),
    status: oneOf(['created', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded'], {
      meaning: 'How far the order is.',
    }),
    created_at: timestamp({ meaning: 'When it was made.' }),
    updated_at: timestamp({ meaning: 'Since when it is so; the newest wins.' }),
  },
  eventTime: 'updated_at',
  key: ['record_source', 'order_id', 'updated_at'],
  history: 'changes',
  // An order is there for good, so a table of every day would grow with the square of time.
  historyDays: ['month-end', 'last'],
});
