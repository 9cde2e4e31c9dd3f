import type { Order } from '../entities/orders.ts';
import type { Transaction } from '../entities/transactions.ts';
import type { Profile } from '../profile.ts';
import { statusOf } from '../purchase.ts';
import { DAY, HOUR, MINUTE } from '../time.ts';
import { contact } from './contact.ts';
import { refund } from './refunds.ts';
import type { Scene } from './scene.ts';

interface Bought {
  sku: string;
  quantity: number;
  /** For all pieces together, without the shipping. */
  cents: number;
  shippingCents: number;
}

const SHOPS: Record<string, { region: string; currency: string }> = {
  'shop-eu': { region: 'EU', currency: 'EUR' },
  'shop-us': { region: 'US', currency: 'USD' },
};
const CANCELLED = 0.04;
const COMPLAINS_AFTER_REFUND = 0.5;

/** What somebody buys: a transaction, and an order in the person's shop with what becomes of it. */
export class Orders {
  /** Each shop counts its own orders. */
  private readonly last: Record<string, number> = {};

  place(person: Profile, { sku, quantity, cents, shippingCents }: Bought, at: number, scene: Scene): void {
    const { random, numbers } = scene;
    const { region, currency } = SHOPS[person.source]!;
    const status = statusOf(random);
    const { location } = person.place;
    const purchase: Transaction = {
      kind: 'transactions',
      number: numbers.next(),
      person,
      at,
      sku,
      quantity,
      cents,
      status,
      location,
    };
    scene.emit(purchase);
    this.last[person.source] = (this.last[person.source] ?? 1000) + 1;
    const order = this.last[person.source]!;
    const amount = cents + shippingCents;
    const tell = (status: Order['status'], now: number) =>
      scene.emit({
        kind: 'orders',
        number: numbers.next(),
        person,
        at: now,
        order,
        region,
        sku,
        quantity,
        cents: amount,
        currency,
        status,
        createdAt: at,
      });
    tell('created', at);
    if (status === 'pending') return;
    if (status === 'completed' && random.chance(CANCELLED)) {
      tell('cancelled', at + random.between(10 * MINUTE, DAY));
      return;
    }
    let now = at + random.between(1000, HOUR);
    tell('paid', now);
    now += random.between(4 * HOUR, 2 * DAY);
    tell('shipped', now);
    now += random.between(DAY, 4 * DAY);
    tell('delivered', now);
    if (status === 'completed') refund(purchase, now, scene);
    if (status !== 'refunded') return;
    now += random.between(DAY, 3 * DAY);
    tell('refunded', now);
    if (random.chance(COMPLAINS_AFTER_REFUND)) contact(person, now + random.between(HOUR, DAY), scene, 'complaint');
  }
}
