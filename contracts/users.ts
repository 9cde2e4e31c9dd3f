import { contract } from '../core/contract/contract.ts';
import { date, oneOf, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'users',
  version: 1,
  meaning: 'A user joined, or something about their account changed.',
  fields: {
    user_id: text({ meaning: 'The user.', pii: 'pseudonym' }),
    join_date: date({ meaning: 'The day they joined.' }),
    country: text({
      meaning: 'ISO 3166-1 code of where they are, two letters.',
      pattern: '^[A-Z]{2}$',
      standardise: ['trim', 'upper'],
    }),
    device_type: optional(text({ meaning: 'What they mostly use: phone, desktop …' })),
    subscription_type: oneOf(['free', 'basic', 'premium', 'business'], { meaning: 'What they pay for.' }),
    updated_at: timestamp({ meaning: 'Since when it is so.' }),
  },
  eventTime: 'updated_at',
  key: ['user_id', 'updated_at'],
  history: 'changes',
  cluster: ['country'],
});
