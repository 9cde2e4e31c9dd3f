import { type Day, dayNumber } from '../../core/dates.ts';
import { customerFeatures, sessionTotals } from './customer-features.ts';
import { dayAt, endOf, groupBy, type Interaction, type Transaction } from './events.ts';

/** A purchase with what became of it. */
export interface Purchase extends Transaction {
  readonly channel: string | null;
  readonly outcome: 'kept' | 'reversed';
}

/** Money paid back, to whomever and for whichever purchase. */
export interface Refund {
  readonly user: string;
  readonly at: number;
  readonly cents: number;
}

/** Something done in the shop; `at` in milliseconds since 1970, UTC. */
export interface Click {
  readonly user: string;
  readonly at: number;
  readonly type: 'search' | 'view' | 'purchase';
}

/** A contact with the business; `wait` in seconds, null without an answer. */
export interface Contact {
  readonly user: string;
  readonly at: number;
  readonly type: 'call' | 'complaint';
  readonly wait: number | null;
  readonly outcome: 'resolved' | 'pending' | 'escalated' | 'no_answer';
}

/** What is told of a customer at a time; the newest holds. */
export interface Profile {
  readonly user: string;
  readonly at: number;
  readonly segment: string;
  readonly location: string;
  readonly registered: Day;
}

/** All that is known of customers. */
export interface Known {
  readonly profiles: readonly Profile[];
  readonly purchases: readonly Purchase[];
  readonly refunds: readonly Refund[];
  readonly interactions: readonly Interaction[];
  readonly clicks: readonly Click[];
  readonly contacts: readonly Contact[];
}

/** What was known at the end of a day. */
export function asOf({ profiles, purchases, refunds, interactions, clicks, contacts }: Known, day: Day): Known {
  const happened = ({ at }: { readonly at: number }) => at < endOf(day);
  return {
    profiles: profiles.filter(happened),
    purchases: purchases.filter(happened),
    refunds: refunds.filter(happened),
    interactions: interactions.filter(happened),
    clicks: clicks.filter(happened),
    contacts: contacts.filter(happened),
  };
}

/** Every customer at the end of a day, each asked in turn. */
export function customer360(all: Known, day: Day) {
  const known = asOf(all, day);
  const sessions = new Map(sessionTotals(known.interactions, day).map((each) => [each.user, each]));
  const features = new Map(customerFeatures([], known.purchases, day).map((each) => [each.user, each]));
  const users = new Set([...known.profiles, ...known.purchases].map(({ user }) => user));
  return [...users].map((user) => {
    const own = <T extends { readonly user: string }>(rows: readonly T[]) => rows.filter((row) => row.user === user);
    const purchases = own(known.purchases);
    const reversed = purchases.filter(({ outcome }) => outcome === 'reversed');
    const kept = purchases.filter(({ outcome }) => outcome === 'kept');
    const refunds = own(known.refunds);
    const refunded = sum(refunds.map(({ cents }) => cents));
    const visits = sessions.get(user);
    return {
      user,
      profile: newest(own(known.profiles)),
      purchases: purchases.length,
      reversed: reversed.length,
      refunds: refunds.length,
      refunded,
      cents: sum(kept.map(({ cents }) => cents)) - refunded,
      lastPurchase: features.get(user)?.lastPurchase ?? null,
      recency: features.get(user)?.recency ?? null,
      recentPurchases: features.get(user)?.recentPurchases ?? 0,
      channel: preferredChannel(purchases),
      sessions: visits?.sessions ?? 0,
      meanSession: visits ? round(visits.duration / visits.sessions, 2) : null,
      ...visitsOf(own(known.clicks)),
      ...contactsOf(own(known.contacts)),
    };
  });
}

function newest(profiles: readonly Profile[]): Profile | undefined {
  return [...profiles].sort((a, b) => b.at - a.at)[0];
}

function preferredChannel(purchases: readonly Purchase[]): string | null {
  const named = groupBy(
    purchases.filter(({ channel }) => channel !== null),
    ({ channel }) => channel!,
  );
  const lastDay = (made: readonly Purchase[]) => Math.max(...made.map(({ at }) => dayNumber(dayAt(at))));
  const ranked = [...named].sort(
    ([a, madeA], [b, madeB]) => madeB.length - madeA.length || lastDay(madeB) - lastDay(madeA) || (a < b ? -1 : 1),
  );
  return ranked[0]?.[0] ?? null;
}

function visitsOf(clicks: readonly Click[]) {
  const days = [...groupBy(clicks, ({ at }) => dayAt(at)).values()];
  const viewed = days.filter((day) => day.some(({ type }) => type === 'view'));
  const converted = viewed.filter((day) =>
    day.some(
      (bought) => bought.type === 'purchase' && day.some((seen) => seen.type === 'view' && seen.at <= bought.at),
    ),
  );
  return {
    viewDays: viewed.length,
    convertedDays: converted.length,
    conversion: viewed.length > 0 ? round(converted.length / viewed.length, 6) : null,
  };
}

function contactsOf(contacts: readonly Contact[]) {
  const waits = contacts.flatMap(({ wait }) => (wait === null ? [] : [wait])).sort((a, b) => a - b);
  const isSettled = (contact: Contact) =>
    contacts.some(({ outcome, at }) => outcome === 'resolved' && at >= contact.at);
  const middle = [waits[Math.ceil(waits.length / 2) - 1], waits[Math.floor(waits.length / 2)]] as const;
  return {
    contacts: contacts.length,
    complaints: contacts.filter(({ type }) => type === 'complaint').length,
    answered: waits.length,
    meanWait: waits.length > 0 ? round(sum(waits) / waits.length, 2) : null,
    medianWait: waits.length > 0 ? (middle[0]! + middle[1]!) / 2 : null,
    lastContact: contacts.length > 0 ? dayAt(Math.max(...contacts.map(({ at }) => at))) : null,
    open: contacts.filter((each) => ['pending', 'escalated'].includes(each.outcome) && !isSettled(each)).length,
  };
}

function round(number: number, digits: number): number {
  return Math.round(number * 10 ** digits) / 10 ** digits;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
