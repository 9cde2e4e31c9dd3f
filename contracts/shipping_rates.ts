import { contract } from '../core/contract/contract.ts';
import { decimal, optional, text, timestamp } from '../core/contract/field.ts';

export default contract({
  entity: 'shipping_rates',
  version: 1,
  meaning: 'Shipping to a zone costs so much for parcels of a weight band.',
  fields: {
    zone: text({ meaning: 'The delivery zone.' }),
    weight_band_kg: decimal(10, 3, { above: 0, meaning: 'The heaviest parcel of the band, included, in kilograms.' }),
    price: decimal(18, 2, { min: 0, meaning: 'What a parcel costs, in the currency of the shop.' }),
    exported_at: optional(
      timestamp({ meaning: 'When the rates were exported; of several exports of a day the newest counts, whole.' }),
    ),
  },
  dated: 'arrival',
  key: ['zone', 'weight_band_kg'],
  history: 'snapshot',
  historyVersion: 'exported_at',
});
