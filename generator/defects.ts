import { ENTITIES, type Event, type Kind } from './entities.ts';
import type { Entity } from './entity.ts';
import type { Random } from './random.ts';
import { UNPARSABLE } from './spoil.ts';

type Names = Readonly<Record<Kind, readonly string[]>>;

const USUAL = names(({ defects }) => defects);
const ALL = names(({ defects, further }) => ({ ...defects, ...further }));

/** Something that may be wrong with a delivery of the event. The event behind it is sound. */
export function defectOf(event: Event, random: Random, further = false): string {
  return random.of((further ? ALL : USUAL)[event.kind]);
}

/** Whether a line with that defect cannot be told to be of its entity. */
export function isUnparsable(event: Event, defect: string): boolean {
  const spoil = ENTITIES[event.kind].defects[defect];
  return spoil !== undefined && UNPARSABLE.has(spoil);
}

function names(of: (entity: Entity<never>) => object): Names {
  const all = Object.entries(ENTITIES).map(([kind, entity]) => [kind, Object.keys(of(entity))] as const);
  return Object.fromEntries(all) as Record<Kind, string[]>;
}
