import type { Day } from '../../core/dates.ts';
import { Random } from '../random.ts';
import type { Assortment } from '../world/assortment.ts';
import type { Rates } from '../world/rates.ts';
import type { Truth } from '../world/truth.ts';
import type { Irregularities } from './irregularities.ts';
import { marketPrices } from './market-prices.ts';
import { products } from './products.ts';
import { shippingRates } from './shipping-rates.ts';
import { cell, csvLine, type Snapshot } from './snapshot.ts';
import { suppliers } from './suppliers.ts';

/** A CSV file that comes on a day. Its lines are made while they are read. */
export interface Drop {
  entity: string;
  date: Day;
  name: string;
  lines: Iterable<string>;
}

interface Shares {
  seed: number;
  duplicates: number;
  defects: number;
}

/** The files of snapshots, day by day. */
export class Drops {
  private readonly snapshots: readonly Snapshot[];
  private readonly odd: Irregularities;
  private readonly shares: Shares;
  private readonly truth: Truth;

  constructor(assortment: Assortment, rates: Rates, odd: Irregularities, shares: Shares, truth: Truth) {
    this.snapshots = [products(assortment, odd), suppliers(assortment), marketPrices(assortment), shippingRates(rates)];
    this.odd = odd;
    this.shares = shares;
    this.truth = truth;
  }

  /** What comes on the day with that index. A file must be read to its end before the next one. */
  *of(day: number, date: Day): Generator<Drop> {
    for (const [index, snapshot] of this.snapshots.entries()) {
      const { entity, again, mayMiss } = snapshot;
      if (day === this.odd.missing && mayMiss) continue;
      const random = () => new Random(this.shares.seed, 0x4000_0000 + day * 16 + index);
      yield { entity, date, name: `${entity}.csv`, lines: this.lines(snapshot, day, date, random(), 'first') };
      if (day !== this.odd.twice) continue;
      yield { entity, date, name: `${entity}-again.csv`, lines: this.lines(snapshot, day, date, random(), again) };
    }
  }

  /** Beside sound rows come some twice, and some with a defect: extra ones, so that no product is gone for a day. */
  private *lines(
    snapshot: Snapshot,
    day: number,
    date: Day,
    random: Random,
    time: 'first' | 'same' | 'shuffled',
  ): Generator<string> {
    const { entity, columns } = snapshot;
    const defects = Object.entries({ ...snapshot.defects, 'exported in words': cell(columns.length, 'this morning') });
    // Both files of a day are of one export.
    const exported = `${date}T04:00:00Z`;
    const { duplicates, defects: share } = this.shares;
    // What is shuffled is one snapshot, which also fits into memory when it is read.
    const rows = time === 'shuffled' ? [...snapshot.rows(day, date)].reverse() : snapshot.rows(day, date);
    const counted = time === 'same' ? undefined : this.truth;
    yield [...columns, 'exported_at'].join(',');
    for (const sound of rows) {
      const row = [...sound, exported];
      const line = csvLine(row);
      counted?.row(entity, time === 'first' ? 'good' : 'duplicate');
      yield line;
      if (random.chance(duplicates)) {
        counted?.row(entity, 'duplicate');
        yield line;
      }
      if (random.chance(share)) {
        const [name, spoil] = random.of(defects);
        counted?.row(entity, 'bad');
        yield name === 'stray quote' ? spoil(row).join(',') : csvLine(spoil(row));
      }
    }
    this.truth.file(entity, time === 'same');
  }
}
