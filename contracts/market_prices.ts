import { contract } from '../core/contract/contract.ts';
import { date, decimal, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'market_prices',
  version: 1,
  meaning: 'A competitor sells a product at a price.',
  fields: {
    sku: text({ meaning: 'The product, by our name for it.', standardise: ['trim', 'upper'] }),
    competitor: text({ meaning: 'Who sells it.' }),
    price: decimal(18, 2, { above: 0, meaning: 'What they ask, in the currency of the shop.' }),
    price_date: date({ meaning: 'The day on which the price was seen.' }),
    exported_at: optional(
      timestamp({ meaning: 'When the prices were exported; of several exports of a day the newest counts, whole.' }),
    ),
  },
  dated: 'arrival',
  key: ['sku', 'competitor'],
  // Of several offers the lowest is what customers compare with.
  order: ['price'],
  history: 'snapshot',
  historyVersion: 'exported_at',
});
