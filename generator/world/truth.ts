import type { Fate } from '../deliveries.ts';
import type { Event } from '../entities.ts';
import { CHECKED_OUT, type Experiment, PRICING, REMOVED, SHIPPING, type Variant } from './experiments.ts';

/** What comes of the records of an entity: received = good + bad + duplicates; unparsable lines of a stream are nobody's. */
interface Counts {
  received: number;
  good: number;
  bad: number;
  duplicates: number;
  /** Lines of a stream that are of this entity, but nobody can tell. */
  unparsable: number;
}

/** What happened under a variant, whether or not a sound record of it arrived. */
interface Effect {
  /** Users with at least one exposure, and those with at least one purchase. */
  users: number;
  convertedUsers: number;
  /** Decisions of the variant. */
  exposures: number;
  /** Pricing: products put into the cart. Shipping: as exposures, since there is one for each checkout. */
  carts: number;
  /** Products bought. */
  purchases: number;
  orders: number;
  /** What was paid for them, shipping aside. */
  revenueCents: number;
}

/** What a pipeline should find in the data: counted while they are made, never from what was written. */
export class Truth {
  private readonly entities = new Map<string, Counts>();
  private readonly files = new Map<string, { files: number; known: number }>();
  private readonly effects = new Map<Variant, Effect>();
  /** By experiment and user: 1 exposed, 2 converted. */
  private readonly seen = new Map<string, Uint8Array>();
  private readonly clicks: Record<string, number> = {};
  private readonly userCount: number;
  private soundSpendCents = 0;
  private readonly soundRefunds = { whole: 0, partial: 0, cents: 0 };

  constructor(users: number) {
    this.userCount = users;
  }

  delivery(event: Event, fate: Fate): void {
    this.row(event.kind, fate);
    if (fate !== 'good') return;
    if (event.kind === 'clickstream') this.clicks[event.type] = (this.clicks[event.type] ?? 0) + 1;
    else if (event.kind === 'transactions') this.soundSpendCents += event.cents;
    else if (event.kind === 'refunds') {
      this.soundRefunds[event.cents === event.paidCents ? 'whole' : 'partial'] += 1;
      this.soundRefunds.cents += event.cents;
    }
  }

  row(entity: string, fate: Fate): void {
    let counts = this.entities.get(entity);
    if (!counts) {
      counts = { received: 0, good: 0, bad: 0, duplicates: 0, unparsable: 0 };
      this.entities.set(entity, counts);
    }
    if (fate === 'unparsable') {
      counts.unparsable += 1;
      return;
    }
    counts.received += 1;
    if (fate === 'good') counts.good += 1;
    else if (fate === 'bad') counts.bad += 1;
    else counts.duplicates += 1;
  }

  /** `known`: the same bytes came before on that day. */
  file(entity: string, known: boolean): void {
    const { files, known: before } = this.files.get(entity) ?? { files: 0, known: 0 };
    this.files.set(entity, { files: files + 1, known: before + (known ? 1 : 0) });
  }

  exposure({ name, variants }: Experiment, variant: number, user: number): void {
    const effect = this.effect(variants[variant]!);
    effect.exposures += 1;
    const seen = this.users(name);
    if (seen[user]! & 1) return;
    seen[user]! |= 1;
    effect.users += 1;
  }

  cart({ variants }: Experiment, variant: number): void {
    this.effect(variants[variant]!).carts += 1;
  }

  /** `first`: of its order. */
  purchase({ name, variants }: Experiment, variant: number, user: number, cents: number, first: boolean): void {
    const effect = this.effect(variants[variant]!);
    effect.purchases += 1;
    effect.revenueCents += cents;
    if (first) effect.orders += 1;
    const seen = this.users(name);
    if (seen[user]! & 2) return;
    seen[user]! |= 2;
    effect.convertedUsers += 1;
  }

  /** Of all streams: lines, unparsable ones included. */
  get lines(): number {
    let lines = 0;
    for (const [entity, { received, unparsable }] of this.entities) {
      if (!this.files.has(entity)) lines += received + unparsable;
    }
    return lines;
  }

  get rows(): number {
    let rows = 0;
    for (const entity of this.files.keys()) {
      const { received, unparsable } = this.entities.get(entity)!;
      rows += received + unparsable;
    }
    return rows;
  }

  toJSON(): object {
    const { whole, partial, cents } = this.soundRefunds;
    return {
      entities: Object.fromEntries(
        [...this.entities]
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([entity, counts]) => [entity, { ...counts, ...this.files.get(entity) }]),
      ),
      unparsable: [...this.entities.values()].reduce((sum, { unparsable }) => sum + unparsable, 0),
      clicks: this.clicks,
      spend: this.soundSpendCents / 100,
      refunds: { whole, partial, amount: cents / 100 },
      experiments: [this.pricing(), this.shipping()],
    };
  }

  private pricing(): object {
    // What a purchase takes after the cart, the shipping experiment aside, which shifts it alike for all variants.
    return {
      ...this.found(PRICING),
      planted: PRICING.variants.map(({ name, probability, pricePercent }) => ({
        variant: name,
        pricePercent,
        cartsPerExposure: probability,
        keptAndCheckedOutPerExposure: probability * (1 - REMOVED) * CHECKED_OUT,
      })),
    };
  }

  private shipping(): object {
    return {
      ...this.found(SHIPPING),
      planted: SHIPPING.variants.map(({ name, probability, pricePercent }) => ({
        variant: name,
        pricePercent,
        ordersPerExposure: probability,
      })),
    };
  }

  private found({ name, type, variants }: Experiment): object {
    return {
      experiment: name,
      decision_type: type,
      happened: variants.map((variant) => ({ variant: variant.name, ...this.effect(variant) })),
    };
  }

  private effect(variant: Variant): Effect {
    let effect = this.effects.get(variant);
    if (!effect) {
      effect = { users: 0, convertedUsers: 0, exposures: 0, carts: 0, purchases: 0, orders: 0, revenueCents: 0 };
      this.effects.set(variant, effect);
    }
    return effect;
  }

  private users(experiment: string): Uint8Array {
    let seen = this.seen.get(experiment);
    if (!seen) {
      seen = new Uint8Array(this.userCount);
      this.seen.set(experiment, seen);
    }
    return seen;
  }
}
