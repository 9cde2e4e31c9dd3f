import { contract } from '../../core/contract/contract.ts';
import { optional, text, timestamp } from '../../core/contract/field.ts';

/** Personal data kept in every way, in the key and beside it. */
export default contract({
  entity: 'persons',
  version: 1,
  meaning: 'A person registered.',
  fields: {
    // A hash, were it judged instead of the value, would be too long.
    email: text({ pii: 'direct', min: 2, max: 30, pattern: '^[^z].*$', meaning: 'Where mail reaches them.' }),
    name: optional(text({ pii: 'direct', meaning: 'What they are called.' })),
    device: optional(text({ pii: 'pseudonym', protection: 'keyed-hash', meaning: 'What they used.' })),
    account: text({ pii: 'pseudonym', meaning: 'Their account.' }),
    town: optional(text({ pii: 'direct', protection: 'none', max: 40, meaning: 'Where they live.' })),
    registered_at: timestamp({ meaning: 'When.' }),
  },
  eventTime: 'registered_at',
  key: ['email', 'account'],
  order: ['registered_at'],
  withinDays: 1,
});
