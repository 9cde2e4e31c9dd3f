import { contract } from '../core/contract/contract.ts';
import { integer, oneOf, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'interactions',
  version: 1,
  meaning: 'A user did something on a page.',
  fields: {
    user_id: text({ meaning: 'Who did it.', pii: 'pseudonym' }),
    timestamp: timestamp({ meaning: 'When it was done.' }),
    action_type: oneOf(['page_view', 'edit', 'create', 'delete', 'share'], { meaning: 'What was done.' }),
    page_id: text({ meaning: 'Where it was done.' }),
    duration_ms: integer({ min: 0, max: 7_200_000, meaning: 'How long it took, in milliseconds.' }),
    app_version: text({ meaning: 'Version of the app that sent the event.' }),
    device_type: optional(text({ meaning: 'What it was done on: phone, desktop …' })),
  },
  eventTime: 'timestamp',
  key: ['user_id', 'timestamp', 'action_type', 'page_id'],
});
