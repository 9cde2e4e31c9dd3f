import { Mix } from '../choice.ts';
import type { Transaction } from '../entities/transactions.ts';
import { DAY } from '../time.ts';
import type { Scene } from './scene.ts';

/** Of the purchases that were completed and delivered: those for which money is paid back later. */
const REFUNDED = 0.12;
/** Of the refunds: those of a part only, and how often one of another part follows. */
const PARTIAL = 0.35;
const ANOTHER = 0.2;
const MEAN_DAYS = 8;
const MOST_DAYS = 40;
const REASONS = new Mix<string | undefined>([
  ['returned', 0.55],
  ['damaged', 0.15],
  ['not_as_described', 0.1],
  ['goodwill', 0.07],
  ['chargeback', 0.03],
  [undefined, 0.1],
]);

/** What of a purchase is paid back in the days and weeks after its delivery: never more than what was paid in all. */
export function refund(purchase: Transaction, delivered: number, scene: Scene): void {
  const { random } = scene;
  if (!random.chance(REFUNDED)) return;
  const { number: transaction, person, cents: paidCents } = purchase;
  let left = paidCents;
  let at = delivered;
  do {
    at += DAY + Math.floor(Math.min(random.exponential(MEAN_DAYS), MOST_DAYS) * DAY);
    const cents = random.chance(PARTIAL) ? Math.ceil(left * (0.1 + 0.8 * random.unit())) : left;
    const reason = REASONS.draw(random);
    scene.emit({ kind: 'refunds', number: scene.numbers.next(), person, at, transaction, cents, paidCents, reason });
    left -= cents;
  } while (left > 0 && random.chance(ANOTHER));
}
