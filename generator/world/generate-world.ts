import { type Day, dayNumber, dayOf } from '../../core/dates.ts';
import { Arrivals } from '../arrivals.ts';
import { Bots } from '../bots.ts';
import { type Delivery, deliver } from '../deliveries.ts';
import type { Event } from '../entities.ts';
import { EventNumbers } from '../event-numbers.ts';
import { interaction } from '../interaction.ts';
import type { Profile } from '../profile.ts';
import { Random } from '../random.ts';
import { timeOfDay, weekly } from '../seasons.ts';
import { type Drop, Drops } from '../snapshots/drops.ts';
import { Irregularities } from '../snapshots/irregularities.ts';
import { DAY, MINUTE } from '../time.ts';
import { ACTIONS_PER_VISIT, actionsOf } from '../visits.ts';
import { Assortment } from './assortment.ts';
import { contact } from './contact.ts';
import { Crawlers } from './crawlers.ts';
import { Members } from './members.ts';
import type { WorldOptions } from './options.ts';
import { Orders } from './orders.ts';
import { Rates } from './rates.ts';
import type { Scene } from './scene.ts';
import { Shopping } from './shopping.ts';
import { Truth } from './truth.ts';

/** Lines that arrive within the same minute, in that order; or a file of a snapshot. */
export type Output = { readonly lines: readonly Delivery[] } | { readonly drop: Drop };

/** What somebody may begin, as shares; the rest of the visits are to the shop. */
const IN_THE_APP = 0.4;
const CONTACTS = 0.06;
const CHANGES = 0.04;
/** Events of a visit, before any is known. */
const EVENTS_A_VISIT = 8.5;
const EVENTS_IN_MEMORY = 1024;

/**
 * A small world in which everything fits together: the same people use the app, shop, pay, and get in touch, products
 * and prices change, and models decide what is paid. Visits are made in the order in which they begin, and what they
 * cause is kept until it arrives, so memory holds users, products and what is under way, however many events there are.
 */
export class World {
  readonly truth: Truth;
  readonly irregularities: Irregularities;
  private readonly options: WorldOptions;
  private readonly firstDay: number;
  private readonly end: number;
  private readonly members: Members;
  private readonly arrivals = new Arrivals();
  private readonly numbers = new EventNumbers();

  constructor(options: WorldOptions) {
    this.options = options;
    this.firstDay = dayNumber(options.start);
    this.end = (this.firstDay + options.days) * DAY;
    this.members = new Members(options, this.firstDay * DAY);
    this.truth = new Truth(options.users);
    this.irregularities = new Irregularities(options.days);
  }

  date(day: number): Day {
    return dayOf(this.firstDay + day);
  }

  /** The users that are known by the end. */
  get users(): { all: number; customers: number; bots: string[] } {
    const bots = Array.from({ length: 2 * this.options.bots }, (_, number) => this.members.bot(number).id);
    return { all: this.members.known, customers: this.members.known - bots.length, bots };
  }

  /** Everything, by the time of its arrival; each file must be read to its end before the next output. */
  *outputs(): Generator<Output> {
    const { options, truth, members, arrivals, numbers } = this;
    const { seed, days, bots: botCount } = options;
    const begin = this.firstDay * DAY;
    const assortment = new Assortment(seed, options.products, days, this.irregularities);
    const rates = new Rates(days);
    const drops = new Drops(assortment, rates, this.irregularities, options, truth);
    const shopping = new Shopping({ assortment, rates, orders: new Orders(), truth }, seed, days);
    const bots = new Bots(botCount, seed, begin, this.end, (number) => members.bot(number));
    const crawlers = new Crawlers(members, assortment, botCount, botCount, seed);
    let visits = 0;
    let byVisits = 0;

    yield* this.firstLoad(this.scene(new Random(seed, -14)));
    const rest = Math.max(0, options.events - truth.lines);
    for (const [day, quota] of weekly(rest, this.firstDay, days).entries()) {
      const midnight = begin + day * DAY;
      const scene = this.scene(new Random(seed, this.firstDay + day));
      const before = truth.lines;
      assortment.advance(day);
      for (const drop of drops.of(day, this.date(day))) yield { drop };
      members.join(midnight + DAY, scene);
      for (const event of bots.day(midnight, numbers)) scene.emit(event);
      crawlers.day(midnight, quota, scene);

      const wanted = Math.max(0, quota - (truth.lines - before));
      const mean = visits > 1000 ? byVisits / visits : EVENTS_A_VISIT;
      const begins = Float64Array.from({ length: Math.ceil(wanted / mean) }, () => midnight + timeOfDay(scene.random));
      begins.sort();
      const beforeVisits = truth.lines;
      let minute = 0;
      for (const at of begins) {
        if (at >= minute + MINUTE) {
          minute = at - (at % MINUTE);
          yield* this.arrived(minute);
        }
        this.happen(at, day, shopping, scene);
      }
      visits += begins.length;
      byVisits += truth.lines - beforeVisits;
    }
    for (const lines of arrivals.rest()) yield { lines };
  }

  /** One of the things that somebody may begin at a time. */
  private happen(at: number, day: number, shopping: Shopping, scene: Scene): void {
    const { random } = scene;
    const kind = random.unit();
    if (kind < CHANGES) {
      this.members.change(at, scene);
      return;
    }
    const person = this.members.draw(at, random);
    if (kind < CHANGES + CONTACTS) contact(person, at, scene);
    else if (kind < CHANGES + CONTACTS + IN_THE_APP) useApp(person, at, scene);
    else shopping.visit(person, at, day, scene);
  }

  private *firstLoad(scene: Scene): Generator<Output> {
    let told = 0;
    for (const at of this.members.firstLoad(scene)) {
      told += 1;
      if (told % EVENTS_IN_MEMORY === 0) yield* this.arrived(at);
    }
  }

  private *arrived(until: number): Generator<Output> {
    for (const lines of this.arrivals.until(until)) yield { lines };
  }

  private scene(random: Random): Scene {
    const { options, numbers, end, truth, arrivals } = this;
    const out: Parameters<typeof deliver>[4] = (delivery, fate) => {
      truth.delivery(delivery.event, fate);
      arrivals.add(delivery);
    };
    return {
      random,
      numbers,
      end,
      emit(event: Event, repaired = false) {
        if (event.at < end) deliver(event, options, numbers, random, out, repaired);
      },
    };
  }
}

/** A burst of actions in the app. */
function useApp(person: Profile, begin: number, scene: Scene): void {
  const { random, numbers } = scene;
  for (const offset of actionsOf(random.geometric(1 / ACTIONS_PER_VISIT), random)) {
    scene.emit(interaction(person, begin + offset, numbers, random));
  }
}
