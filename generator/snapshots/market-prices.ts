import { addDays } from '../../core/dates.ts';
import { amount } from '../entity.ts';
import { type Assortment, COMPETITORS, skuOf } from '../world/assortment.ts';
import { cell, type Snapshot, writtenSku } from './snapshot.ts';

export function marketPrices(assortment: Assortment): Snapshot {
  return {
    entity: 'market_prices',
    columns: ['sku', 'competitor', 'price', 'price_date'],
    mayMiss: true,
    again: 'shuffled',
    *rows(_, date) {
      const before = addDays(date, -1);
      for (let offer = 0; offer < assortment.marketCents.length; offer++) {
        const cents = assortment.marketCents[offer]!;
        const product = Math.floor(offer / COMPETITORS.length);
        if (cents === 0 || !assortment.isSold(product)) continue;
        const seen = offer % 10 === 0 ? before : date;
        yield [writtenSku(skuOf(product), product), COMPETITORS[offer % COMPETITORS.length]!, amount(cents), seen];
      }
    },
    defects: {
      'no sku': cell(0, ''),
      'no competitor': cell(1, ''),
      'price 0': cell(2, '0.00'),
      'price with a currency': cell(2, (sound) => `€${sound}`),
      'no price': cell(2, ''),
      'date of another form': cell(3, (sound) => sound.split('-').reverse().join('.')),
      'no date': cell(3, ''),
    },
  };
}
