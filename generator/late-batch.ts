import { type Delivery, renamed } from './deliveries.ts';
import type { Interaction } from './entities/interactions.ts';
import type { EventNumbers } from './event-numbers.ts';
import { interaction } from './interaction.ts';
import type { People } from './people.ts';
import type { Random } from './random.ts';
import { DAY, HOUR, MINUTE } from './time.ts';

/**
 * `count` new interactions of the day that begins at `midnight`, and a tenth as many known ones again, half of these
 * under another event id. All arrive within the hour from `arrival`. Half of the new ones fall near what their user is
 * known to have done, so that sessions grow, merge and reach over midnight.
 */
export function lateBatch(
  count: number,
  known: readonly Interaction[],
  midnight: number,
  arrival: number,
  people: People,
  numbers: EventNumbers,
  random: Random,
): Delivery[] {
  const deliveries: Delivery[] = [];
  const arrive = () => arrival + random.between(0, HOUR);
  for (let made = 0; made < count; made++) {
    const near = known.length > 0 && random.chance(0.5) ? random.of(known) : undefined;
    const at = near
      ? Math.min(Math.max(near.at + random.between(-40 * MINUTE, 40 * MINUTE), midnight), midnight + DAY - 1)
      : midnight + random.between(0, DAY);
    const event = interaction(near?.person ?? people.draw(random), at, numbers, random);
    deliveries.push({ event, number: event.number, arrival: arrive(), defect: undefined });
  }
  for (let made = 0; made < Math.floor(count / 10) && known.length > 0; made++) {
    const event = random.of(known);
    if (made % 2) deliveries.push({ event, number: event.number, arrival: arrive(), defect: undefined });
    else deliveries.push(renamed(event, arrive(), numbers));
  }
  return deliveries;
}
