import { addDays, type Day, monthOf } from '../../core/dates.ts';
import { dayAt, type Interaction } from './events.ts';

/** Distinct users with an event from `first` to `last`, both included. */
function activeUsers(interactions: readonly Interaction[], first: Day, last: Day): number {
  const active = interactions.filter(({ at }) => first <= dayAt(at) && dayAt(at) <= last);
  return new Set(active.map(({ user }) => user)).size;
}

export function dailyMetrics(interactions: readonly Interaction[], day: Day) {
  const events = interactions.filter(({ at }) => dayAt(at) === day);
  const total = events.reduce((sum, event) => sum + event.duration, 0);
  return {
    daily: activeUsers(interactions, day, day),
    actions: events.length,
    meanDuration: events.length > 0 ? Math.round((total / events.length) * 1e6) / 1e6 : null,
    weekly: activeUsers(interactions, addDays(day, -6), day),
    fourWeekly: activeUsers(interactions, addDays(day, -27), day),
  };
}

export function monthlyMetrics(interactions: readonly Interaction[], month: Day) {
  const events = interactions.filter(({ at }) => monthOf(dayAt(at)) === month);
  return { users: new Set(events.map(({ user }) => user)).size, actions: events.length };
}
