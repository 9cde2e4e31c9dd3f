import { contract } from '../core/contract/contract.ts';
import { decimal, oneOf, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'decisions',
  version: 2,
  meaning: 'A model or a rule decided on a price or on what shipping costs.',
  fields: {
    request_id: text({ meaning: 'The request; a second decision of a day with the same one is a duplicate.' }),
    decision_type: oneOf(['pricing', 'shipping'], { meaning: 'What was decided on.' }),
    user_id: text({ meaning: 'For whom.', pii: 'pseudonym' }),
    sku: optional(text({ meaning: 'The product.', standardise: ['trim', 'upper'] })),
    zone: optional(text({ meaning: 'The delivery zone.', standardise: ['trim'] })),
    input_weight_kg: optional(decimal(10, 3, { min: 0, meaning: 'Weight that was given, in kilograms.' })),
    input_price: optional(
      decimal(18, 2, { min: 0, meaning: 'Price before the decision, in the currency of the shop.' }),
    ),
    output_price: decimal(18, 2, { min: 0, meaning: 'Price that was decided on, in the currency of the shop.' }),
    model_version: text({ meaning: 'Which model or rule decided.' }),
    experiment: optional(
      text({
        meaning: 'The experiment that the request was part of. Two names that differ in capitals are two experiments.',
        standardise: ['trim'],
      }),
    ),
    variant: optional(
      text({
        meaning: 'The variant that it was given. Two names that differ in capitals are two variants.',
        standardise: ['trim'],
      }),
    ),
    timestamp: timestamp({ meaning: 'When it was decided.' }),
  },
  eventTime: 'timestamp',
  key: ['request_id'],
  order: ['timestamp'],
});
