import { dayOf } from '../../core/dates.ts';
import { People } from '../people.ts';
import { changed, makeProfile, type Profile } from '../profile.ts';
import { mix32, Random } from '../random.ts';
import { DAY, MINUTE } from '../time.ts';
import type { WorldOptions } from './options.ts';
import type { Scene } from './scene.ts';

/** Of the users: those that join while the events go on. */
const NEWCOMERS = 0.3;
const LONGEST_MEMBERSHIP_DAYS = 730;
/** The systems send those that they know already one after the other when the events begin. */
const FIRST_LOAD_MS = 10 * MINUTE;

/** The users and customers of a world, and since when each of them is one. Bots are users, but no customers. */
export class Members {
  private readonly people: People<Profile>;
  private readonly joinedAt: Float64Array;
  /** Numbers of those that join while the events go on, in that order. */
  private readonly newcomers: number[] = [];
  private joined = 0;
  private readonly dates = new Map<number, string>();
  private readonly users: number;
  private readonly begin: number;

  constructor(options: WorldOptions, begin: number) {
    const { seed, users, days } = options;
    const random = new Random(seed, -11);
    this.users = users;
    this.begin = begin;
    this.joinedAt = new Float64Array(users + 2 * options.bots);
    for (let number = 0; number < this.joinedAt.length; number++) {
      const isNewcomer = random.chance(NEWCOMERS) && number > 0 && number < users;
      if (isNewcomer) this.newcomers.push(number);
      this.joinedAt[number] = isNewcomer
        ? begin + random.between(0, days * DAY)
        : begin - DAY * (1 + ((mix32(seed ^ number) >>> 0) % LONGEST_MEMBERSHIP_DAYS));
    }
    this.newcomers.sort((one, other) => this.joinedAt[one]! - this.joinedAt[other]! || one - other);
    this.people = new People(seed, users, (number, own) =>
      makeProfile(number, this.date(Math.floor(this.joinedAt[number]! / DAY)), own),
    );
  }

  /** How many are members by now, bots included. */
  get known(): number {
    return this.joinedAt.length - this.newcomers.length + this.joined;
  }

  /** Somebody who is a member at that time. */
  draw(at: number, random: Random): Profile {
    for (let tries = 0; tries < 16; tries++) {
      const number = this.people.drawNumber(random);
      if (this.joinedAt[number]! <= at) return this.people.person(number);
    }
    return this.people.person(0);
  }

  bot(number: number): Profile {
    return this.people.extra(number);
  }

  /** Those that joined before all else become known; gives the time after each. */
  *firstLoad(scene: Scene): Generator<number> {
    for (let number = 0; number < this.joinedAt.length; number++) {
      if (this.joinedAt[number]! >= this.begin) continue;
      const at = this.begin + Math.floor((FIRST_LOAD_MS * number) / this.joinedAt.length);
      this.tell(number, at, scene);
      yield at;
    }
  }

  /** Those that join before `end` and were not told yet. */
  join(end: number, scene: Scene): void {
    while (this.joined < this.newcomers.length) {
      const number = this.newcomers[this.joined]!;
      const at = this.joinedAt[number]!;
      if (at >= end) return;
      this.joined += 1;
      this.tell(number, at, scene);
    }
  }

  /** Something about somebody changes. */
  change(at: number, scene: Scene): void {
    const { profile, of } = changed(this.draw(at, scene.random), scene.random);
    this.people.replace(profile.number, profile);
    for (const kind of of) scene.emit({ kind, number: scene.numbers.next(), at, person: profile });
  }

  private date(day: number): string {
    let date = this.dates.get(day);
    if (date === undefined) {
      date = dayOf(day);
      this.dates.set(day, date);
    }
    return date;
  }

  /** A record that the systems cannot read is sent again, or what the user does would be nobody's. */
  private tell(number: number, at: number, scene: Scene): void {
    const person = this.people.person(number);
    scene.emit({ kind: 'users', number: scene.numbers.next(), at, person }, true);
    if (number >= this.users) return;
    scene.emit({ kind: 'customers', number: scene.numbers.next(), at, person }, true);
  }
}
