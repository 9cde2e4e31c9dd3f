import { type Choice, Mix, zipf } from './choice.ts';
import { Random } from './random.ts';

/** A user and what stays the same about them from event to event. Undefined: their client does not say. */
export interface Person {
  id: string;
  source: string;
  device: string | undefined;
  channel: string | undefined;
  currency: string | undefined;
  payment: string | undefined;
}

const DEVICES = new Mix<string | undefined>([
  ['desktop', 0.4],
  ['ios', 0.25],
  ['android', 0.25],
  ['tablet', 0.05],
  [undefined, 0.05],
]);
const PAYMENTS = new Mix<string | undefined>([
  ['card', 0.6],
  ['paypal', 0.2],
  ['transfer', 0.1],
  ['invoice', 0.05],
  [undefined, 0.05],
]);
const CHANNELS: Record<string, string> = { desktop: 'web', tablet: 'web', ios: 'ios', android: 'android' };

/** The users of a stream. A few make most of the traffic, and who they are does not follow from their ids. */
export class People<P extends Person = Person> {
  private readonly seed: number;
  private readonly popularity: Choice;
  private readonly idOfRank: Uint32Array;
  private readonly make: (number: number, random: Random) => P;
  private readonly known: (P | undefined)[];

  /** `make` gives a user's first state. */
  constructor(seed: number, users: number, make: (number: number, random: Random) => P) {
    this.seed = seed;
    this.make = make;
    this.known = new Array(users);
    this.popularity = zipf(users, 0.9, 50);
    this.idOfRank = shuffled(users, new Random(seed, -1));
  }

  draw(random: Random): P {
    return this.person(this.drawNumber(random));
  }

  drawNumber(random: Random): number {
    return this.idOfRank[this.popularity.draw(random)]!;
  }

  /** A user outside the drawn ones, for bots. */
  extra(number: number): P {
    return this.person(this.idOfRank.length + number);
  }

  /** From now on this is what the user with that number is. */
  replace(number: number, person: P): void {
    this.known[number] = person;
  }

  person(number: number): P {
    const known = this.known[number];
    if (known) return known;
    const person = this.make(number, new Random(this.seed, 0x7000_0000 + number));
    this.known[number] = person;
    return person;
  }
}

export function makePerson(number: number, random: Random): Person {
  const european = random.chance(1 / 3);
  const device = DEVICES.draw(random);
  return {
    id: `u${String(number).padStart(7, '0')}`,
    source: european ? 'shop-eu' : 'shop-us',
    device,
    channel: device === undefined ? undefined : CHANNELS[device],
    currency: random.chance(0.1) ? undefined : european ? 'EUR' : 'USD',
    payment: PAYMENTS.draw(random),
  };
}

/** The numbers 0 to count - 1 in random order (Fisher and Yates). */
function shuffled(count: number, random: Random): Uint32Array {
  const numbers = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.between(0, last + 1);
    const swapped = numbers[last]!;
    numbers[last] = numbers[other]!;
    numbers[other] = swapped;
  }
  return numbers;
}
