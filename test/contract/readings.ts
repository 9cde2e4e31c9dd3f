import { contract } from '../../core/contract/contract.ts';
import {
  boolean,
  date,
  decimal,
  double,
  integer,
  oneOf,
  optional,
  text,
  timestamp,
} from '../../core/contract/field.ts';

/** Every kind of field and rule. */
export default contract({
  entity: 'readings',
  version: 1,
  meaning: 'A sensor measured.',
  fields: {
    sensor_id: text({ min: 2, max: 3, pattern: '^[a-z].*$', meaning: 'Which.' }),
    measured_at: timestamp({ meaning: 'When.' }),
    seen: optional(timestamp({ meaning: 'When it was seen.' })),
    level: integer({ meaning: 'Any integer.' }),
    amount: decimal(20, 4, { min: '-0.01', below: 100, meaning: 'How much.' }),
    ratio: optional(double({ max: 5, meaning: 'A ratio.' })),
    valid: boolean({ meaning: 'Whether.' }),
    due: date({ meaning: 'A day.' }),
    state: optional(oneOf(['on', "it's off"], { meaning: 'State.' })),
    note: optional(text({ max: 2, meaning: 'A note.' })),
  },
  eventTime: 'measured_at',
  key: ['sensor_id'],
  order: ['note', 'level'],
});
