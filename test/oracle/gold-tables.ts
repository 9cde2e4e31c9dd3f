import { type Day, monthOf } from '../../core/dates.ts';
import type { Row } from '../gold/gold-database.ts';
import { dailyMetrics, monthlyMetrics } from './actives.ts';
import { customerFeatures, sessionTotals } from './customer-features.ts';
import { dayAt, groupBy, type Interaction, type Transaction } from './events.ts';
import { cutSessionsOf, duration, type Session, sessionsOf } from './sessions.ts';

/**
 * Every gold table that users read, by its full name, computed naively from the accepted events: the rows that the models
 * must give for these days, `dt` last. Snapshots (session totals, customer features) are given for each of the days.
 */
export function goldTables(
  interactions: readonly Interaction[],
  transactions: readonly Transaction[],
  days: readonly Day[],
): Map<string, Row[]> {
  const sessions = sessionsOf(interactions, days.at(-1)!);
  const months = [...new Set(days.map(monthOf))];
  return new Map([
    ['gold.sessions', sessions.map(sessionRow)],
    ['gold.events_sessionized', sessions.flatMap(eventRows)],
    [
      'gold.session_metrics',
      cutSessionsOf(interactions).map(({ id, events }) => {
        const [first, last] = [events[0]!, events.at(-1)!];
        const spent = sum(events.map((event) => event.duration));
        return row(id, first.user, timestamp(first.at), timestamp(last.at), events.length, spent, dayAt(first.at));
      }),
    ],
    [
      'gold.user_day',
      [...groupBy(interactions, ({ user, at }) => `${dayAt(at)} ${user}`).values()].map((events) => {
        const spent = sum(events.map((event) => event.duration));
        return row(events[0]!.user, events.length, pageViews(events), spent, dayAt(events[0]!.at));
      }),
    ],
    ['gold.daily_metrics', days.map((day) => dailyRow(dailyMetrics(interactions, day), day))],
    [
      'gold.monthly_metrics',
      months.map((month) => {
        const { users, actions } = monthlyMetrics(interactions, month);
        return row(users, actions, month);
      }),
    ],
    [
      'gold.session_totals',
      days.flatMap((day) =>
        sessionTotals(interactions, day).map(({ user, sessions, duration }) => row(user, sessions, duration, day)),
      ),
    ],
    [
      'gold.customer_features',
      days.flatMap((day) =>
        customerFeatures(interactions, transactions, day).map((customer) =>
          row(
            customer.user,
            customer.purchases,
            money(customer.spendCents),
            money(customer.meanCents),
            customer.lastPurchase,
            customer.recency,
            customer.recentPurchases,
            customer.meanSession,
            day,
          ),
        ),
      ),
    ],
  ]);
}

function sessionRow(session: Session): Row {
  const { events, isOpen } = session;
  const [first, last] = [events[0]!, events.at(-1)!];
  const device = events.find((event) => event.device !== null)?.device ?? null;
  return row(
    first.id,
    first.user,
    timestamp(first.at),
    timestamp(last.at),
    events.length,
    pageViews(events),
    duration(session),
    device,
    isOpen,
    dayAt(first.at),
  );
}

/** A row of gold.daily_metrics. */
export function dailyRow(metrics: ReturnType<typeof dailyMetrics>, day: Day): Row {
  const { daily, actions, meanDuration, weekly, fourWeekly } = metrics;
  return row(daily, actions, meanDuration, weekly, fourWeekly, day);
}

function eventRows({ events }: Session): Row[] {
  return events.map((event) => [...interactionRow(event).slice(0, -1), events[0]!.id, dayAt(event.at)]);
}

/** A row of silver.interactions. */
export function interactionRow({ id, user, at, action, duration, device }: Interaction): Row {
  return row(id, 'test', user, timestamp(at), action, `page of ${id}`, duration, '1.0', device, dayAt(at));
}

/** A row of silver.transactions. */
export function transactionRow({ id, user, at, cents }: Transaction): Row {
  return row(
    id,
    'test',
    id,
    user,
    'product',
    1,
    money(cents),
    timestamp(at),
    null,
    null,
    null,
    null,
    null,
    null,
    'kept',
    dayAt(at),
  );
}

function row(...values: (string | number | boolean | null)[]): Row {
  return values.map((value) => (value === null ? null : String(value)));
}

function timestamp(at: number): string {
  return new Date(at).toISOString().slice(0, -1).replace('T', ' ');
}

function money(cents: number): string {
  return (cents / 100).toFixed(2);
}

function pageViews(events: readonly Interaction[]): number {
  return events.filter(({ action }) => action === 'page_view').length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
