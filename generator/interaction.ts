import { Mix, zipf } from './choice.ts';
import type { Interaction } from './entities/interactions.ts';
import type { EventNumbers } from './event-numbers.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';

const ACTIONS = new Mix([
  ['page_view', 0.7],
  ['edit', 0.12],
  ['create', 0.06],
  ['delete', 0.02],
  ['share', 0.1],
] as const);
const APPS = new Mix([
  ['5.2.0', 0.4],
  ['5.1.3', 0.25],
  ['5.1.0', 0.15],
  ['5.0.9', 0.1],
  ['4.9.1', 0.06],
  ['4.8.0', 0.04],
] as const);
const PAGES = zipf(5000, 0.8, 5);
const LONGEST_MS = 7_200_000;

/** An action of a person at a time: everything but who and when is drawn. */
export function interaction(person: Person, at: number, numbers: EventNumbers, random: Random): Interaction {
  return {
    kind: 'interactions',
    number: numbers.next(),
    person,
    at,
    action: ACTIONS.draw(random),
    page: PAGES.draw(random),
    duration: duration(random),
    app: APPS.draw(random),
  };
}

/** Milliseconds, half a minute on average; now and then exactly an end of the range that the contract accepts. */
function duration(random: Random): number {
  const kind = random.unit();
  if (kind < 0.001) return 0;
  if (kind < 0.002) return LONGEST_MS;
  return Math.min(Math.floor(random.logNormal(8.5, 1.2)), LONGEST_MS);
}
