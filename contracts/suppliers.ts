import { contract } from '../core/contract/contract.ts';
import { decimal, integer, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'suppliers',
  version: 1,
  meaning: 'A supplier offers a product.',
  fields: {
    supplier_id: text({ meaning: 'Who offers it.' }),
    sku: text({ meaning: 'The product.', standardise: ['trim', 'upper'] }),
    unit_cost: decimal(18, 2, { min: 0, meaning: 'What one piece costs the shop, in its currency.' }),
    location: optional(text({ meaning: 'Where it is sent from.' })),
    lead_time_days: integer({ min: 0, meaning: 'Days from the order to the arrival.' }),
    exported_at: optional(
      timestamp({ meaning: 'When the offers were exported; of several exports of a day the newest counts, whole.' }),
    ),
  },
  dated: 'arrival',
  key: ['supplier_id', 'sku'],
  history: 'snapshot',
  historyVersion: 'exported_at',
});
