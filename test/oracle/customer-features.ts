import { addDays, type Day, dayNumber } from '../../core/dates.ts';
import { dayAt, endOf, groupBy, type Interaction, type Transaction } from './events.ts';
import { duration, sessionsOf } from './sessions.ts';

/** Features of every customer at the end of a day, from nothing but what had happened by then. */
export function customerFeatures(
  allInteractions: readonly Interaction[],
  allTransactions: readonly Transaction[],
  day: Day,
) {
  const interactions = allInteractions.filter(({ at }) => at < endOf(day));
  const transactions = allTransactions.filter(({ at }) => at < endOf(day));
  const sessions = groupBy(sessionsOf(interactions, day), ({ events }) => events[0]!.user);
  return [...groupBy(transactions, ({ user }) => user)].map(([user, bought]) => {
    const cents = bought.reduce((sum, transaction) => sum + transaction.cents, 0);
    const last = dayAt(Math.max(...bought.map(({ at }) => at)));
    const recent = bought.filter(({ at }) => dayAt(at) >= addDays(day, -29));
    const lengths = (sessions.get(user) ?? []).map(duration);
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    return {
      user,
      purchases: bought.length,
      spendCents: cents,
      // Half up in whole numbers.
      meanCents: Math.floor((2 * cents + bought.length) / (2 * bought.length)),
      lastPurchase: last,
      recency: dayNumber(day) - dayNumber(last),
      recentPurchases: recent.length,
      meanSession: lengths.length > 0 ? Math.round(mean * 100) / 100 : null,
    };
  });
}
