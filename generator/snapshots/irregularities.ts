const FEWEST_DAYS = 4;

/** What is odd about the daily snapshots: each an index of a day, undefined if there are too few days for it. */
export class Irregularities {
  /** No file comes of products, suppliers and market prices. */
  readonly missing: number | undefined;
  /** Some list prices are a hundred times too high; the next snapshot has them right. */
  readonly wrong: number | undefined;
  /** Everything comes twice: the same file again, or the same rows in another order. */
  readonly twice: number | undefined;

  constructor(days: number) {
    if (days < FEWEST_DAYS) return;
    this.missing = Math.floor(days / 4);
    this.wrong = Math.floor(days / 2);
    this.twice = Math.floor((3 * days) / 4);
  }

  /** The day, or the next one if its snapshot is missing: what is true only until then was true for nobody. */
  notMissing(day: number): number {
    return day === this.missing ? day + 1 : day;
  }
}
