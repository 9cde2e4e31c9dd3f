import { contract } from '../core/contract/contract.ts';
import { date, decimal, text } from '../core/contract/field.ts';

export default contract({
  entity: 'market_prices',
  version: 1,
  meaning: 'A competitor sells a product at a price.',
  fields: {
    sku: text({ meaning: 'The product, by our name for it.', standardise: ['trim', 'upper'] }),
    competitor: text({ meaning: 'Who sells it.' }),
    price: decimal(18, 2, { above: 0, meaning: 'What they ask, in the currency of the shop.' }),
    price_date: date({ meaning: 'The day on which the price was seen.' }),
  },
  dated: 'arrival',
  key: ['sku', 'competitor'],
  // Of several offers the lowest is what customers compare with.
  order: ['price'],
  history: 'snapshot',
});
