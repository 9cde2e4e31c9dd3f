import { Mix } from '../choice.ts';
import type { Campaign } from '../entities/clickstream.ts';
import type { Profile } from '../profile.ts';
import { quantityOf } from '../purchase.ts';
import type { Random } from '../random.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../time.ts';
import { type Assortment, skuOf } from './assortment.ts';
import { CHECKED_OUT, type Experiment, PRICING, REMOVED, SHIPPING, type Variant, variantOf } from './experiments.ts';
import type { Orders } from './orders.ts';
import type { Rates } from './rates.ts';
import type { Scene } from './scene.ts';
import type { Truth } from './truth.ts';

interface Item {
  product: number;
  quantity: number;
  /** What was decided for one piece. */
  pieceCents: number;
}

const SOURCES = new Mix<Campaign | undefined>([
  [undefined, 0.45],
  [{ source: 'google', medium: 'organic', name: undefined }, 0.2],
  [{ source: 'google', medium: 'cpc', name: 'brand' }, 0.1],
  [{ source: 'newsletter', medium: 'email', name: 'weekly' }, 0.12],
  [{ source: 'instagram', medium: 'social', name: 'new-year' }, 0.08],
  [{ source: 'partner', medium: undefined, name: undefined }, 0.05],
]);
const PRODUCTS_A_VISIT = 4;
const SEARCHES = 0.3;
/** A visit near the end of all days would lose its purchase: it does not begin. */
const LONGEST = 3 * HOUR;

/** What happens in the shop: people search and look, are shown prices that a model decided on, fill carts, and buy. */
export class Shopping {
  private readonly assortment: Assortment;
  private readonly rates: Rates;
  private readonly orders: Orders;
  private readonly truth: Truth;
  private readonly seed: number;
  private readonly shippingBegins: number;
  private readonly modelChanges: number;

  constructor(
    world: { assortment: Assortment; rates: Rates; orders: Orders; truth: Truth },
    seed: number,
    days: number,
  ) {
    this.assortment = world.assortment;
    this.rates = world.rates;
    this.orders = world.orders;
    this.truth = world.truth;
    this.seed = seed;
    this.shippingBegins = Math.floor(days * SHIPPING.begins);
    this.modelChanges = Math.floor(days / 3);
  }

  /** Somebody comes at `begin`, on the day with that index. */
  visit(person: Profile, begin: number, day: number, scene: Scene): void {
    const { random } = scene;
    if (begin + LONGEST >= scene.end) return;
    const campaign = SOURCES.draw(random);
    const click = (type: string, at: number, product?: string) =>
      scene.emit({ kind: 'clickstream', number: scene.numbers.next(), person, at, type, product, campaign });
    const cart: Item[] = [];
    const midnight = begin - (begin % DAY) + DAY;
    let at = begin;
    for (let views = Math.min(random.geometric(1 / PRODUCTS_A_VISIT), 40); views > 0; views--) {
      if (random.chance(SEARCHES)) {
        click('search', at);
        at += pause(random, 15 * SECOND);
      }
      // From then on other prices hold.
      if (at >= midnight) break;
      const product = this.assortment.drawSold(random);
      const { cents, variant } = this.price(person, product, at, day, scene);
      at += random.between(20, 120);
      const written = writtenInClicks(product, random);
      click('view', at, written);
      at += pause(random, 40 * SECOND);
      if (!random.chance(PRICING.variants[variant ?? 0]!.probability)) continue;
      click('add_to_cart', at, written);
      if (variant !== undefined) this.truth.cart(PRICING, variant);
      at += pause(random, 20 * SECOND);
      if (random.chance(REMOVED)) {
        click('remove_from_cart', at, written);
        at += pause(random, 10 * SECOND);
      } else cart.push({ product, quantity: quantityOf(random), pieceCents: cents });
    }
    if (cart.length === 0 || !random.chance(CHECKED_OUT)) return;
    this.checkOut(person, cart, at, at < midnight ? day : day + 1, scene, click);
  }

  private checkOut(
    person: Profile,
    cart: readonly Item[],
    begin: number,
    day: number,
    scene: Scene,
    click: (type: string, at: number, product?: string) => void,
  ): void {
    const { random } = scene;
    const { zone } = person.place;
    const grams = cart.reduce((sum, { product, quantity }) => sum + quantity * this.assortment.grams[product]!, 0);
    const inputCents = this.rates.of(zone, grams, day);
    const { variant, rule } = this.assigned(SHIPPING, person, day >= this.shippingBegins);
    const shippingCents = Math.round((inputCents * rule.pricePercent) / 100);
    const running = variant !== undefined;
    scene.emit({
      kind: 'decisions',
      number: scene.numbers.next(),
      person,
      at: begin,
      type: 'shipping',
      sku: undefined,
      zone,
      grams,
      inputCents,
      outputCents: shippingCents,
      model: 'rate-card-2',
      experiment: running ? SHIPPING.name : undefined,
      variant: running ? rule.name : undefined,
    });
    if (running) this.truth.exposure(SHIPPING, variant, person.number);
    let at = begin + random.between(20, 120);
    click('checkout', at);
    if (!random.chance(rule.probability)) return;
    at += Math.min(pause(random, 90 * SECOND), 20 * MINUTE);
    const priced = variantOf(PRICING, person.number, this.seed);
    for (const [index, { product, quantity, pieceCents }] of cart.entries()) {
      click('purchase', at, skuOf(product));
      const cents = quantity * pieceCents;
      // The parcel is paid with the first of its products.
      const order = { sku: skuOf(product), quantity, cents, shippingCents: index === 0 ? shippingCents : 0 };
      this.orders.place(person, order, at, scene);
      if (priced !== undefined) this.truth.purchase(PRICING, priced, person.number, cents, index === 0);
      if (running) this.truth.purchase(SHIPPING, variant, person.number, cents, index === 0);
      at += random.between(1, 5);
    }
  }

  /** What somebody is to pay for one piece. */
  private price(
    person: Profile,
    product: number,
    at: number,
    day: number,
    scene: Scene,
  ): { cents: number; variant: number | undefined } {
    const inputCents = this.assortment.listCents[product]!;
    const { variant, rule } = this.assigned(PRICING, person, true);
    const cents = Math.max(1, Math.round((inputCents * rule.pricePercent) / 100));
    scene.emit({
      kind: 'decisions',
      number: scene.numbers.next(),
      person,
      at,
      type: 'pricing',
      sku: skuOf(product),
      zone: undefined,
      grams: undefined,
      inputCents,
      outputCents: cents,
      model: day < this.modelChanges ? 'price-3.1' : 'price-3.2',
      experiment: variant === undefined ? undefined : PRICING.name,
      variant: variant === undefined ? undefined : rule.name,
    });
    if (variant !== undefined) this.truth.exposure(PRICING, variant, person.number);
    return { cents, variant };
  }

  private assigned(
    experiment: Experiment,
    person: Profile,
    runs: boolean,
  ): { variant: number | undefined; rule: Variant } {
    const variant = runs ? variantOf(experiment, person.number, this.seed) : undefined;
    return { variant, rule: experiment.variants[variant ?? 0]! };
  }
}

function pause(random: Random, mean: number): number {
  return 500 + Math.floor(Math.min(random.exponential(mean), 5 * mean));
}

/** Some clients send skus in lower case or with a blank. */
function writtenInClicks(product: number, random: Random): string {
  const kind = random.unit();
  return kind < 0.02 ? `p${product}` : kind < 0.025 ? ` P${product}` : skuOf(product);
}
