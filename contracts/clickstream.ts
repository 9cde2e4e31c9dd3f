import { contract } from '../core/contract/contract.ts';
import { oneOf, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'clickstream',
  version: 1,
  meaning: 'A visitor of the shop did something on the way to a purchase.',
  fields: {
    event_id: text({ meaning: 'The event; a second one of a day with the same id is a duplicate.' }),
    user_id: text({ meaning: 'Who did it.', pii: 'pseudonym' }),
    event_type: oneOf(['search', 'view', 'add_to_cart', 'remove_from_cart', 'checkout', 'purchase'], {
      meaning: 'What was done.',
    }),
    product_id: optional(text({ meaning: 'The sku of the product it was about.', standardise: ['trim', 'upper'] })),
    timestamp: timestamp({ meaning: 'When it was done.' }),
    page: optional(text({ meaning: 'Where it was done.' })),
    device_type: optional(text({ meaning: 'What it was done on: phone, desktop …' })),
    utm_source: optional(text({ meaning: 'Which site or partner sent the visitor.' })),
    utm_medium: optional(text({ meaning: 'By what means: email, cpc …' })),
    utm_campaign: optional(text({ meaning: 'By which campaign.' })),
  },
  eventTime: 'timestamp',
  key: ['event_id'],
  order: ['timestamp'],
});
