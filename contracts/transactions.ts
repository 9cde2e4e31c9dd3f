import { contract } from '../core/contract/contract.ts';
import { decimal, integer, optional, text, timestamp } from '../core/contract/field.ts';
import { mapping } from '../core/contract/mapping.ts';

/** Towns by delivery zone, seen from the warehouse: A in the country, B beside it, C in Europe; all else is remote. */
const ZONES = {
  A: ['Berlin', 'Cologne', 'Dresden', 'Frankfurt', 'Hamburg', 'Leipzig', 'Munich', 'Stuttgart'],
  B: ['Amsterdam', 'Brussels', 'Copenhagen', 'Luxembourg', 'Paris', 'Prague', 'Vienna', 'Warsaw', 'Zurich'],
  C: [
    'Athens',
    'Barcelona',
    'Budapest',
    'Dublin',
    'Helsinki',
    'Lisbon',
    'London',
    'Madrid',
    'Milan',
    'Oslo',
    'Rome',
    'Stockholm',
  ],
};

/** What a shop may say of a purchase that came to nothing: no money was taken, or all of it went back at once. */
const REVERSED = [
  'refunded',
  'returned',
  'cancelled',
  'canceled',
  'failed',
  'declined',
  'voided',
  'chargeback',
  'charged_back',
];

export default contract({
  entity: 'transactions',
  version: 3,
  meaning: 'A customer bought a quantity of one product.',
  fields: {
    transaction_id: text({ meaning: 'The purchase; a second event with the same one is a duplicate.' }),
    user_id: text({ meaning: 'Who bought.', pii: 'pseudonym' }),
    product_id: text({ meaning: 'The sku of the product that was bought.', standardise: ['trim', 'upper'] }),
    quantity: integer({ above: 0, meaning: 'How many were bought.' }),
    price: decimal(18, 2, {
      above: 0,
      meaning: 'What was paid for all of them together, in the currency of the purchase.',
    }),
    timestamp: timestamp({ meaning: 'When it was bought.' }),
    channel: optional(text({ meaning: 'Where it was bought: web, android, store …', standardise: ['trim'] })),
    currency: optional(text({ meaning: 'ISO 4217 code of the currency.' })),
    payment_method: optional(text({ meaning: 'How it was paid: card, invoice …' })),
    transaction_status: optional(
      text({
        meaning:
          'What was known of it when it was sent: completed, pending, failed … Money that is paid back later is an event of `refunds`.',
        standardise: ['trim', 'lower'],
      }),
    ),
    location: optional(text({ meaning: 'The town that it is delivered to.', standardise: ['trim'] })),
  },
  derived: {
    delivery_zone: mapping({
      meaning: 'The zone that shipping there is charged by.',
      from: 'location',
      map: Object.fromEntries(Object.entries(ZONES).flatMap(([zone, towns]) => towns.map((town) => [town, zone]))),
      otherwise: 'R',
    }),
    outcome: mapping({
      meaning: 'Whether it holds, or came to nothing as its status says. Refunds of their own are not looked at.',
      from: 'transaction_status',
      map: Object.fromEntries(REVERSED.map((status) => [status, 'reversed'])),
      otherwise: 'kept',
      missing: 'kept',
    }),
  },
  cluster: ['delivery_zone'],
  eventTime: 'timestamp',
  key: ['transaction_id'],
  order: ['timestamp'],
  // A purchase that is sent again within a week counts once, on its first day.
  withinDays: 7,
});
