import { amount } from '../entity.ts';
import { type Assortment, CATEGORIES, skuOf } from '../world/assortment.ts';
import type { Irregularities } from './irregularities.ts';
import { cell, type Snapshot, writtenSku } from './snapshot.ts';

export function products(assortment: Assortment, odd: Irregularities): Snapshot {
  return {
    entity: 'products',
    columns: ['sku', 'name', 'category', 'weight_kg', 'length_cm', 'width_cm', 'height_cm', 'list_price', 'is_anchor'],
    mayMiss: true,
    again: 'same',
    *rows(day) {
      for (let product = 0; product < assortment.size; product++) {
        if (!assortment.isSold(product)) continue;
        const cents = assortment.listCents[product]! * (day === odd.wrong && isWrong(product) ? 100 : 1);
        yield [
          writtenSku(skuOf(product), product),
          nameOf(product),
          CATEGORIES[assortment.category[product]!]!,
          (assortment.grams[product]! / 1000).toFixed(3),
          ...[0, 1, 2].map((axis) => amount(assortment.millimetres[product * 3 + axis]! * 10)),
          amount(cents),
          ANCHOR[product % ANCHOR.length]!,
        ];
      }
    },
    defects: {
      'no sku': cell(0, ''),
      'no category': cell(2, ''),
      'weight with a unit': cell(3, (sound) => `${sound} kg`),
      'weight 0': cell(3, '0.000'),
      'negative length': cell(4, (sound) => `-${sound}`),
      'width with a comma': cell(5, (sound) => sound.replace('.', ',')),
      'no height': cell(6, ''),
      'list price 0': cell(7, '0'),
      'list price of three decimals': cell(7, (sound) => `${sound}9`),
      'anchor maybe': cell(8, 'maybe'),
      'too few fields': (row) => row.slice(0, 4),
    },
  };
}

/** One product in a hundred, the first among them. */
function isWrong(product: number): boolean {
  return product % 100 === 0;
}

const ANCHOR = ['true', 'false', 'false', '0', 'false', 'FALSE', '1', 'false', 'false', 'false'];

/** Some names need quotes in CSV, some have none. */
function nameOf(product: number): string {
  if (product % 40 === 11) return '';
  if (product % 40 === 12) return `Set of 2, 3" wide, no. ${product}`;
  return product % 40 === 13 ? `Große Lampe ${product}` : `Product ${product}`;
}
