import { type Day, dayNumber } from '../../core/dates.ts';
import { DAY, dayAt, endOf, type Interaction, MINUTE, timelines } from './events.ts';

export interface Session {
  readonly events: readonly Interaction[];
  readonly isOpen: boolean;
}

/**
 * Sessions by walking each user's events in order. A gap strictly longer than 30 minutes ends the unbroken chain. At the
 * first event of a day D the chain goes on in a new session if it already has an event on D-3.
 *
 * @param lastDay last day of the domain: a session that an event of the next day could extend is open
 */
export function sessionsOf(interactions: readonly Interaction[], lastDay: Day): Session[] {
  const sessions: Session[] = [];
  for (const events of timelines(interactions)) {
    let chainDays = new Set<number>();
    let session: Interaction[] = [];
    const isCutAt = (day: number) => chainDays.has(day - 3);
    const close = (isOpen: boolean) => {
      if (session.length > 0) sessions.push({ events: session, isOpen });
      session = [];
    };
    let previous = Number.NEGATIVE_INFINITY;
    for (const event of events) {
      const day = Math.floor(event.at / DAY);
      if (event.at - previous > 30 * MINUTE) {
        close(false);
        chainDays = new Set();
      } else if (Math.floor(previous / DAY) !== day && isCutAt(day)) close(false);
      session.push(event);
      chainDays.add(day);
      previous = event.at;
    }
    close(endOf(lastDay) - previous <= 30 * MINUTE && !isCutAt(dayNumber(lastDay) + 1));
  }
  return sessions;
}

export function duration({ events }: Session): number {
  return events.at(-1)!.at - events[0]!.at;
}

/** Sessions by the other definition: a gap of 30 minutes or more, or midnight, ends one. */
export function cutSessionsOf(interactions: readonly Interaction[]): { id: string; events: Interaction[] }[] {
  const sessions: { id: string; events: Interaction[] }[] = [];
  for (const events of timelines(interactions)) {
    let previous: Interaction | undefined;
    let number = 0;
    for (const event of events) {
      const isNewDay = !previous || dayAt(previous.at) !== dayAt(event.at);
      if (isNewDay) number = 0;
      if (isNewDay || event.at - previous!.at >= 30 * MINUTE) {
        number++;
        sessions.push({ id: `${event.user}_${dayAt(event.at).replaceAll('-', '')}_${number}`, events: [] });
      }
      sessions.at(-1)!.events.push(event);
      previous = event;
    }
  }
  return sessions;
}
