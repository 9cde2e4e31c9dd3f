import type { Event } from '../entities.ts';
import type { EventNumbers } from '../event-numbers.ts';
import type { Random } from '../random.ts';

/** Where things happen: what those need that let them happen. */
export interface Scene {
  readonly random: Random;
  readonly numbers: EventNumbers;
  /** Milliseconds since 1970: what would happen from then on does not. */
  readonly end: number;
  /** Something happens, and will arrive somehow; `repaired`: if not sound the first time, then the second time. */
  emit(event: Event, repaired?: boolean): void;
}
