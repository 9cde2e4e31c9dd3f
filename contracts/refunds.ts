import { contract } from '../core/contract/contract.ts';
import { decimal, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'refunds',
  version: 1,
  meaning:
    'A customer got money back for a purchase, all that was paid or a part of it. It counts on its own day: what was true before it stays.',
  fields: {
    refund_id: text({ meaning: 'The refund; a second event with the same one is a duplicate.' }),
    transaction_id: text({ meaning: 'The purchase that it is for.' }),
    user_id: text({ meaning: 'Who had bought, and got the money back.', pii: 'pseudonym' }),
    amount: decimal(18, 2, {
      above: 0,
      meaning: 'What was paid back by this refund alone, in the currency of the purchase.',
    }),
    timestamp: timestamp({ meaning: 'When it was paid back.' }),
    currency: optional(text({ meaning: 'ISO 4217 code of the currency.' })),
    reason: optional(text({ meaning: 'Why: returned, damaged, chargeback …' })),
  },
  eventTime: 'timestamp',
  key: ['refund_id'],
  order: ['timestamp'],
  // A refund that is sent again within a week counts once, on its first day.
  withinDays: 7,
});
