import { addDays, type Day, dayNumber } from '../../core/dates.ts';
import { dayAt, endOf, groupBy, type Interaction, type Transaction } from './events.ts';
import { duration, sessionsOf } from './sessions.ts';

/** Features of every customer at the end of a day, from nothing but what had happened by then. */
export function customerFeatures(
  allInteractions: readonly Interaction[],
  allTransactions: readonly Transaction[],
  day: Day,
) {
  const totals = new Map(sessionTotals(allInteractions, day).map((each) => [each.user, each]));
  const transactions = allTransactions.filter(({ at }) => at < endOf(day));
  return [...groupBy(transactions, ({ user }) => user)].map(([user, bought]) => {
    const cents = bought.reduce((sum, transaction) => sum + transaction.cents, 0);
    const last = dayAt(Math.max(...bought.map(({ at }) => at)));
    const recent = bought.filter(({ at }) => dayAt(at) >= addDays(day, -29));
    const visits = totals.get(user);
    return {
      user,
      purchases: bought.length,
      spendCents: cents,
      // Half up in whole numbers.
      meanCents: Math.floor((2 * cents + bought.length) / (2 * bought.length)),
      lastPurchase: last,
      recency: dayNumber(day) - dayNumber(last),
      recentPurchases: recent.length,
      meanSession: visits ? Math.round((visits.duration / visits.sessions) * 100) / 100 : null,
    };
  });
}

/** Every user's sessions at the end of a day, from nothing but what had happened by then. */
export function sessionTotals(allInteractions: readonly Interaction[], day: Day) {
  const interactions = allInteractions.filter(({ at }) => at < endOf(day));
  const sessions = groupBy(sessionsOf(interactions, day), ({ events }) => events[0]!.user);
  return [...sessions].map(([user, own]) => ({
    user,
    sessions: own.length,
    duration: own.map(duration).reduce((sum, length) => sum + length, 0),
  }));
}
