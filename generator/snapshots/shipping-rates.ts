import { amount } from '../entity.ts';
import { BANDS, type Rates } from '../world/rates.ts';
import { cell, type Snapshot } from './snapshot.ts';

export function shippingRates(rates: Rates): Snapshot {
  return {
    entity: 'shipping_rates',
    columns: ['zone', 'weight_band_kg', 'price'],
    mayMiss: false,
    again: 'same',
    *rows(day) {
      for (const zone of rates.zones()) {
        for (const [band, grams] of BANDS.entries()) {
          yield [zone, (grams / 1000).toFixed(3), amount(rates.band(zone, band, day))];
        }
      }
    },
    defects: {
      'no zone': cell(0, ''),
      'band 0': cell(1, '0'),
      'text band': cell(1, 'heavy'),
      'no price': cell(2, ''),
      'negative price': cell(2, '-4.90'),
    },
  };
}
