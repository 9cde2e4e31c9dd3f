import { contract } from '../core/contract/contract.ts';
import { boolean, decimal, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'products',
  version: 1,
  meaning: 'A product is in the catalogue.',
  fields: {
    sku: text({ meaning: 'The product.', standardise: ['trim', 'upper'] }),
    name: optional(text({ meaning: 'What it is called.' })),
    category: text({ meaning: 'Which kind of product it is.' }),
    weight_kg: decimal(10, 3, { above: 0, meaning: 'Weight as packed, in kilograms.' }),
    length_cm: decimal(10, 2, { above: 0, meaning: 'Length as packed, in centimetres.' }),
    width_cm: decimal(10, 2, { above: 0, meaning: 'Width as packed, in centimetres.' }),
    height_cm: decimal(10, 2, { above: 0, meaning: 'Height as packed, in centimetres.' }),
    list_price: decimal(18, 2, { above: 0, meaning: 'Price before any rule, in the currency of the shop.' }),
    is_anchor: boolean({ meaning: 'Whether customers judge the shop by its price.' }),
    exported_at: optional(
      timestamp({ meaning: 'When the catalogue was exported; of several exports of a day the newest counts, whole.' }),
    ),
  },
  dated: 'arrival',
  key: ['sku'],
  history: 'snapshot',
  historyVersion: 'exported_at',
  cluster: ['category'],
});
