import { Random } from '../random.ts';
import { DAY, HOUR, SECOND } from '../time.ts';
import { type Assortment, skuOf } from './assortment.ts';
import type { Members } from './members.ts';
import type { Scene } from './scene.ts';

/** Of the events of a day: what the crawlers look at. */
const SHARE = 0.005;
const WORKS = 0.6;
const SLOWEST_MS = 2 * SECOND;

/** Users that read the shop page by page, and never buy. They are known as such: no price is decided for them. */
export class Crawlers {
  private readonly members: Members;
  private readonly assortment: Assortment;
  private readonly first: number;
  private readonly count: number;
  private readonly random: Random;

  /** Their numbers among the bots are `first` and those after it. */
  constructor(members: Members, assortment: Assortment, first: number, count: number, seed: number) {
    this.members = members;
    this.assortment = assortment;
    this.first = first;
    this.count = count;
    this.random = new Random(seed, -13);
  }

  day(midnight: number, quota: number, scene: Scene): void {
    for (let crawler = 0; crawler < this.count; crawler++) {
      if (!this.random.chance(WORKS)) continue;
      const person = this.members.bot(this.first + crawler);
      let at = midnight + this.random.between(0, 12 * HOUR);
      let product = this.random.between(0, this.assortment.size);
      for (let pages = Math.round((quota * SHARE) / this.count / WORKS); pages > 0 && at < midnight + DAY; pages--) {
        product = (product + 1) % this.assortment.size;
        scene.emit({
          kind: 'clickstream',
          number: scene.numbers.next(),
          person,
          at,
          type: 'view',
          product: skuOf(product),
          campaign: undefined,
        });
        at += this.random.between(300, SLOWEST_MS);
      }
    }
  }
}
