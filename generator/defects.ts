import { ENTITIES, type Event, type Kind } from './entities.ts';
import type { Random } from './random.ts';
import { UNPARSABLE } from './spoil.ts';

const NAMES = Object.fromEntries(
  Object.entries(ENTITIES).map(([kind, { defects }]) => [kind, Object.keys(defects)]),
) as Record<Kind, string[]>;

/** Something that may be wrong with a delivery of the event. The event behind it is sound. */
export function defectOf(event: Event, random: Random): string {
  return random.of(NAMES[event.kind]);
}

/** Whether a line with that defect cannot be told to be of its entity. */
export function isUnparsable(event: Event, defect: string): boolean {
  return UNPARSABLE.has(ENTITIES[event.kind].defects[defect]!);
}
