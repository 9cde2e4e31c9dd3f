import { addDays, type Day, monthOf } from '../../core/dates.ts';
import { DAY, endOf, groupBy } from './events.ts';

/** What is told of a user; the newest of the day `on` or before holds. */
export interface Account {
  readonly user: string;
  readonly on: Day;
  readonly joined: Day;
  readonly country: string;
}

/** A day on which a user was active. */
export interface Activity {
  readonly user: string;
  readonly day: Day;
}

/** An exposure to a variant of one experiment; `at` in milliseconds since 1970, UTC. */
export interface Exposure {
  readonly id: string;
  readonly user: string;
  readonly variant: string;
  readonly at: number;
}

/** Something put into the cart, or, with cents, bought. */
export interface Outcome {
  readonly user: string;
  readonly at: number;
  readonly cents?: number;
  /** Money paid back for it, `after` milliseconds later. */
  readonly back?: { readonly after: number; readonly cents: number } | undefined;
}

/** The accounts as of a day, one a user. */
export function accountsAsOf(accounts: readonly Account[], day: Day): Account[] {
  const known = accounts.filter(({ on }) => on <= day);
  return [...groupBy(known, ({ user }) => user).values()].map((versions) =>
    versions.reduce((newest, version) => (version.on >= newest.on ? version : newest)),
  );
}

/** Distinct users by country, active in the 1, 7 and 28 days up to a day. */
export function activesByCountry(activity: readonly Activity[], accounts: readonly Account[], day: Day) {
  const places = new Map(accountsAsOf(accounts, day).map(({ user, country }) => [user, country]));
  const active = (days: number, country: string) =>
    new Set(
      activity
        .filter((each) => each.day <= day && each.day > addDays(day, -days))
        .filter(({ user }) => (places.get(user) ?? 'unknown') === country)
        .map(({ user }) => user),
    ).size;
  return [...new Set(places.values()), 'unknown']
    .map((country) => ({
      country,
      daily: active(1, country),
      weekly: active(7, country),
      fourWeekly: active(28, country),
    }))
    .filter(({ fourWeekly }) => fourWeekly > 0);
}

/** Cells of retention, each user asked in turn whether they came. */
export function retention(allActivity: readonly Activity[], accounts: readonly Account[], day: Day) {
  const activity = allActivity.filter((each) => each.day <= day);
  const joined = accountsAsOf(accounts, day).filter((account) => account.joined <= day);
  const cohorts = groupBy(joined, (account) => `${monthOf(account.joined)} ${account.country}`);
  if (activity.length === 0) return [];
  const since = activity.map((each) => each.day).sort()[0]!;
  return [...cohorts.values()].flatMap((cohort) => {
    const month = monthOf(cohort[0]!.joined);
    const cell = (unit: string, n: number, [first, last]: [Day, Day], came: (account: Account) => [Day, Day]) => {
      const active = cohort.filter((account) => {
        const [from, to] = came(account);
        return activity.some((each) => each.user === account.user && from <= each.day && each.day <= to);
      }).length;
      const isComplete = since <= first && last <= day;
      return { month, country: cohort[0]!.country, unit, n, users: cohort.length, active, isComplete, first, last };
    };
    const days = [1, 7, 14, 30].map((n) =>
      cell('day', n, [addDays(month, n), addDays(lastOf(month), n)], ({ joined }) => [
        addDays(joined, n),
        addDays(joined, n),
      ]),
    );
    const months = Array.from({ length: 13 }, (_, n) => {
      const first = monthsLater(month, n);
      return cell('month', n, [first, lastOf(first)], ({ joined }) => [joined > first ? joined : first, lastOf(first)]);
    });
    return [...days, ...months].filter(({ first, last }) => first <= day && last >= since);
  });
}

/** Counts of an experiment's variants at the end of a day, each user followed in turn. */
export function experiment(allExposures: readonly Exposure[], allOutcomes: readonly Outcome[], day: Day) {
  const exposures = allExposures.filter(({ at }) => at < endOf(day));
  const outcomes = allOutcomes.filter(({ at }) => at < endOf(day));
  const users = [...groupBy(exposures, ({ user }) => user).values()].map((seen) => {
    const first = seen.reduce((a, b) => (b.at < a.at || (b.at === a.at && b.id < a.id) ? b : a));
    const end = first.at + 7 * DAY;
    const done = outcomes.filter(({ user, at }) => user === first.user && first.at <= at && at < end);
    const bought = done.filter(({ cents }) => cents !== undefined);
    const paidBack = bought.flatMap(({ at, back }) =>
      back && at + back.after < Math.min(end, endOf(day)) ? [back] : [],
    );
    const paid = bought.reduce((sum, { cents }) => sum + cents!, 0);
    return {
      variant: first.variant,
      switched: seen.some(({ variant }) => variant !== first.variant),
      matured: end <= endOf(day),
      carted: done.some(({ cents }) => cents === undefined),
      bought: bought.length,
      cents: paidBack.reduce((sum, { cents }) => sum - cents, paid),
    };
  });
  return [...groupBy(exposures, ({ variant }) => variant)].map(([variant, seen]) => {
    const own = users.filter((user) => user.variant === variant);
    const count = (has: (user: (typeof own)[number]) => boolean) => own.filter(has).length;
    return {
      variant,
      exposures: seen.length,
      users: own.length,
      switchers: count(({ switched }) => switched),
      matured: count(({ matured }) => matured),
      carts: count(({ carted }) => carted),
      conversions: count(({ bought }) => bought > 0),
      abandoned: count(({ carted, bought }) => carted && bought === 0),
      purchases: own.reduce((sum, { bought }) => sum + bought, 0),
      cents: own.reduce((sum, { cents }) => sum + cents, 0),
    };
  });
}

function monthsLater(month: Day, n: number): Day {
  return Array.from({ length: n }).reduce<Day>((first) => addDays(lastOf(first), 1), month);
}

function lastOf(month: Day): Day {
  return addDays(monthOf(addDays(month, 31)), -1);
}

/** A sku's viewers and buyers of one day. */
export interface Viewed {
  readonly sku: string;
  readonly day: Day;
  readonly viewers: number;
  readonly converted: number;
}

/** Rates of the products seen in the 28 days up to a day; `categories` by sku, as of it. */
export function productConversion(viewed: readonly Viewed[], categories: ReadonlyMap<string, string>, day: Day) {
  const within = (days: number) => viewed.filter((each) => each.day <= day && each.day > addDays(day, -days));
  const total = (rows: readonly Viewed[]) => ({
    viewers: rows.reduce((sum, { viewers }) => sum + viewers, 0),
    converted: rows.reduce((sum, { converted }) => sum + converted, 0),
  });
  const categoryOf = (sku: string) => categories.get(sku) ?? 'unknown';
  return [...new Set(within(28).map(({ sku }) => sku))].map((sku) => {
    const own = (days: number) => total(within(days).filter((each) => each.sku === sku));
    const peers = total(within(28).filter((each) => categoryOf(each.sku) === categoryOf(sku)));
    const basis = peers.viewers > 0 ? peers : total(within(28));
    const prior = basis.viewers > 0 ? basis.converted / basis.viewers : null;
    const expected = ({ viewers, converted }: { viewers: number; converted: number }) =>
      prior === null ? null : (converted + 20 * prior) / (viewers + 20);
    return {
      sku,
      category: categoryOf(sku),
      week: own(7),
      weeks: own(28),
      prior,
      rates: [expected(own(7)), expected(own(28))],
    };
  });
}
