import type { Delivery } from './deliveries.ts';
import { MINUTE } from './time.ts';

/** What is under way: takes deliveries in any order, gives them in the order of their arrival. */
export class Arrivals {
  private readonly minutes = new Map<number, Delivery[]>();
  private next = 0;

  /** Not before what was already given. */
  add(delivery: Delivery): void {
    const minute = Math.floor(delivery.arrival / MINUTE);
    const deliveries = this.minutes.get(minute);
    if (deliveries) deliveries.push(delivery);
    else this.minutes.set(minute, [delivery]);
    if (this.minutes.size === 1 || minute < this.next) this.next = minute;
  }

  /** What arrives in the whole minutes before `time`, minute by minute. */
  *until(time: number): Generator<Delivery[]> {
    const end = Math.floor(time / MINUTE);
    while (this.minutes.size > 0 && this.next < end) {
      const deliveries = this.minutes.get(this.next);
      this.minutes.delete(this.next);
      this.next += 1;
      if (deliveries) yield deliveries.sort((one, other) => one.arrival - other.arrival);
    }
  }

  /** Whatever is left. */
  rest(): Generator<Delivery[]> {
    return this.until(Number.MAX_SAFE_INTEGER);
  }
}
