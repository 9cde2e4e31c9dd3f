import type { Interaction } from './entities/interactions.ts';
import type { EventNumbers } from './event-numbers.ts';
import { interaction } from './interaction.ts';
import type { People } from './people.ts';
import type { Random } from './random.ts';
import { timeOfDay } from './seasons.ts';
import { MINUTE } from './time.ts';

/** The longest pause inside a session. */
const SESSION_GAP = 30 * MINUTE;
export const ACTIONS_PER_VISIT = 7;

/**
 * `count` interactions in visits that begin on the day whose midnight is `midnight`. A visit is a burst of actions; one
 * begun in the evening goes on past midnight, but not past `end`.
 */
export function visits(
  count: number,
  midnight: number,
  end: number,
  people: People,
  numbers: EventNumbers,
  random: Random,
): Interaction[] {
  const events: Interaction[] = [];
  while (events.length < count) {
    const length = Math.min(random.geometric(1 / ACTIONS_PER_VISIT), count - events.length);
    const offsets = actionsOf(length, random);
    const latest = end - 1 - offsets[length - 1]!;
    const begin = Math.max(midnight, Math.min(midnight + timeOfDay(random), latest));
    const person = people.draw(random);
    for (const offset of offsets) {
      if (begin + offset < end) events.push(interaction(person, begin + offset, numbers, random));
    }
  }
  return events;
}

/** When the actions of a visit are, in milliseconds from its beginning. */
export function actionsOf(length: number, random: Random): number[] {
  const offsets = [0];
  while (offsets.length < length) offsets.push(offsets[offsets.length - 1]! + pause(random));
  return offsets;
}

/** Milliseconds between two actions of a visit, with pauses planted on both sides of the one that ends a session. */
function pause(random: Random): number {
  const kind = random.unit();
  if (kind < 0.002) return SESSION_GAP + 1;
  if (kind < 0.006) return SESSION_GAP;
  if (kind < 0.008) return SESSION_GAP - 1;
  if (kind < 0.01) return random.between(25 * MINUTE, SESSION_GAP);
  return Math.min(200 + Math.floor(random.exponential(75_000)), SESSION_GAP - 1000);
}
