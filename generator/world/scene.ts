import type { Event } from '../entities.ts';
import type { EventNumbers } from '../event-numbers.ts';
import type { Random } from '../random.ts';

/** Where things happen: what those need that let them happen. */
export interface Scene {
  readonly random: Random;
  readonly numbers: EventNumbers;
  /** Milliseconds since 1970: what would happen from then on does not. */
  readonly end: number;
  /** Something happens, and will arrive somehow. */
  emit(event: Event, options?: { repaired: boolean }): void;
}
