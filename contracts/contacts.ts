import { contract } from '../core/contract/contract.ts';
import { integer, oneOf, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'contacts',
  version: 1,
  meaning: 'A customer and the business were in contact.',
  fields: {
    interaction_id: text({ meaning: 'The contact; a second event of a day with the same one is a duplicate.' }),
    customer_id: text({ meaning: 'Which customer.', pii: 'pseudonym' }),
    interaction_date: timestamp({ meaning: 'When it was.' }),
    interaction_type: oneOf(['call', 'email', 'chat', 'visit', 'complaint'], { meaning: 'How it was made.' }),
    response_time: optional(integer({ min: 0, meaning: 'How long the customer waited for an answer, in seconds.' })),
    interaction_outcome: oneOf(['resolved', 'pending', 'escalated', 'no_answer'], { meaning: 'What came of it.' }),
  },
  eventTime: 'interaction_date',
  key: ['interaction_id'],
  order: ['interaction_date'],
});
