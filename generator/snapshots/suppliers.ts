import { amount } from '../entity.ts';
import { mix32 } from '../random.ts';
import { type Assortment, skuOf } from '../world/assortment.ts';
import { cell, type Snapshot, writtenSku } from './snapshot.ts';

const CITIES = ['Rotterdam', 'Shenzhen', 'Łódź', 'Porto', 'Izmir'];

export function suppliers(assortment: Assortment): Snapshot {
  const count = 10 + Math.ceil(assortment.size / 50);
  return {
    entity: 'suppliers',
    columns: ['supplier_id', 'sku', 'unit_cost', 'location', 'lead_time_days'],
    mayMiss: true,
    again: 'shuffled',
    *rows() {
      for (let offer = 0; offer < assortment.costs.length; offer++) {
        const cents = assortment.costs[offer]!;
        const product = offer >> 1;
        if (cents === 0 || !assortment.isSold(product)) continue;
        // The second supplier of a product is never its first one.
        const supplier = ((mix32(product) >>> 0) + (offer & 1) * (1 + (product % (count - 1)))) % count;
        yield [
          `S${supplier}`,
          writtenSku(skuOf(product), product),
          amount(cents),
          supplier % 7 === 0 ? '' : CITIES[supplier % CITIES.length]!,
          String((mix32(offer + 1) >>> 0) % 45),
        ];
      }
    },
    defects: {
      'no supplier_id': cell(0, ''),
      'no sku': cell(1, ''),
      'negative cost': cell(2, '-1.00'),
      'text cost': cell(2, 'on request'),
      'no cost': cell(2, ''),
      'negative lead time': cell(4, '-1'),
      'fractional lead time': cell(4, '2.5'),
      'text lead time': cell(4, 'two weeks'),
      'stray quote': (row) => row.with(3, 'Ha"mburg'),
    },
  };
}
