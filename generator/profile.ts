import { Mix } from './choice.ts';
import { makePerson, type Person } from './people.ts';
import { drawPlace, type Place } from './places.ts';
import { mix32, type Random } from './random.ts';

/** Everything known of a user and customer at a time. A change makes another one: who holds the old one keeps it. */
export interface Profile extends Person {
  number: number;
  name: string;
  /** YYYY-MM-DD. */
  joined: string;
  place: Place;
  subscription: 'free' | 'basic' | 'premium' | 'business';
  segment: 'new' | 'regular' | 'vip' | 'business';
  /** Raised by a change of address and phone. */
  contactVersion: number;
}

const SUBSCRIPTIONS = new Mix<Profile['subscription']>([
  ['free', 0.7],
  ['basic', 0.17],
  ['premium', 0.1],
  ['business', 0.03],
]);
const SEGMENTS = new Mix<Profile['segment']>([
  ['new', 0.3],
  ['regular', 0.5],
  ['vip', 0.1],
  ['business', 0.1],
]);
const DEVICES = ['desktop', 'ios', 'android', 'tablet'];
const FIRST =
  'Ada Ben Chloé Dmitri Elif Finn Grace Hugo Ines Jan Kim Luca Maya Noah Olga Pau Quinn Rosa Søren Tara'.split(' ');
const LAST =
  'Adler Brown Costa Díaz Evans Fischer García Hansen Ito Jones Kowalski Lopez Müller Nowak Okafor Popov'.split(' ');

/** The profile that a user has first, always the same for a number and a `random` that begins anew. */
export function makeProfile(number: number, joined: string, random: Random): Profile {
  const { id, source, device, channel, currency, payment } = makePerson(number, random);
  // Copied by name: a spread costs as much as all else here.
  return {
    id,
    source,
    device,
    channel,
    currency,
    payment,
    number,
    name: `${random.of(FIRST)} ${random.of(LAST)}`,
    joined,
    place: drawPlace(source, random),
    subscription: SUBSCRIPTIONS.draw(random),
    segment: SEGMENTS.draw(random),
    contactVersion: 0,
  };
}

/** The profile after a change: of the user (device, country, subscription), of the customer (address, segment), or both. */
export function changed(profile: Profile, random: Random): { profile: Profile; of: ('users' | 'customers')[] } {
  const kind = random.unit();
  if (kind < 0.3) return { profile: { ...profile, subscription: SUBSCRIPTIONS.draw(random) }, of: ['users'] };
  if (kind < 0.45) return { profile: { ...profile, device: random.of(DEVICES) }, of: ['users'] };
  if (kind < 0.6)
    return { profile: { ...profile, place: drawPlace(profile.source, random) }, of: ['users', 'customers'] };
  if (kind < 0.8) return { profile: { ...profile, segment: SEGMENTS.draw(random) }, of: ['customers'] };
  return { profile: { ...profile, contactVersion: profile.contactVersion + 1 }, of: ['customers'] };
}

/** The client writes one in ten in capitals or with a blank. */
export function emailOf({ number, name, contactVersion }: Profile): string {
  const [first, last] = name.toLowerCase().split(' ');
  const email = `${first}.${last}.${number}${contactVersion > 0 ? `+${contactVersion}` : ''}@example.com`;
  return number % 20 === 3 ? email.toUpperCase() : number % 20 === 4 ? `${email} ` : email;
}

export function phoneOf({ number, contactVersion }: Profile): string | undefined {
  if (number % 5 === 0) return undefined;
  return `+49 30 ${String((mix32(number * 31 + contactVersion) >>> 0) % 10_000_000).padStart(7, '0')}`;
}
