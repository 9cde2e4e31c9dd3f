import { contract } from '../core/contract/contract.ts';
import { date, oneOf, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'customers',
  version: 1,
  meaning: 'A customer registered, or something about them changed.',
  fields: {
    customer_id: text({ meaning: 'The customer; what other entities call user_id.', pii: 'pseudonym' }),
    name: text({ meaning: 'What they are called.', pii: 'direct' }),
    email: text({ meaning: 'Where mail reaches them.', pii: 'direct', standardise: ['trim', 'lower'] }),
    phone: optional(text({ meaning: 'Where a call reaches them.', pii: 'direct', standardise: ['trim'] })),
    registration_date: date({ meaning: 'The day they registered.' }),
    location: text({ meaning: 'Where they live: region, city or country, in the words of the source.' }),
    customer_segment: oneOf(['new', 'regular', 'vip', 'business'], { meaning: 'What they are to the business.' }),
    updated_at: timestamp({ meaning: 'Since when it is so.' }),
  },
  eventTime: 'updated_at',
  key: ['customer_id', 'updated_at'],
  history: 'changes',
});
