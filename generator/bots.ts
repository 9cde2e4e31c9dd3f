import type { Interaction } from './entities/interactions.ts';
import type { EventNumbers } from './event-numbers.ts';
import { interaction } from './interaction.ts';
import type { Person } from './people.ts';
import { Random } from './random.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

/** A user that never stops: the chain of its actions has no gap over 30 minutes, for up to five days. */
interface Bot {
  person: Person;
  next: number;
  end: number;
  random: Random;
}

export class Bots {
  private readonly bots: Bot[] = [];

  constructor(count: number, seed: number, firstMidnight: number, end: number, person: (number: number) => Person) {
    for (let index = 0; index < count; index++) {
      const random = new Random(seed, 0x6000_0000 + index);
      const length = Math.min(5 * DAY, end - firstMidnight);
      const begin = firstMidnight + random.between(0, end - firstMidnight - length + 1);
      this.bots.push({ person: person(index), next: begin, end: begin + length, random });
    }
  }

  /** What the bots do until the day that begins at `midnight` ends; each day is asked for once, in order. */
  day(midnight: number, numbers: EventNumbers): Interaction[] {
    const events: Interaction[] = [];
    for (const bot of this.bots) {
      while (bot.next < Math.min(bot.end, midnight + 24 * HOUR)) {
        events.push(interaction(bot.person, bot.next, numbers, bot.random));
        bot.next += bot.random.chance(0.05) ? 30 * MINUTE : bot.random.between(5 * MINUTE, 30 * MINUTE);
      }
    }
    return events;
  }
}
