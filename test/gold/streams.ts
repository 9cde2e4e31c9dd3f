import fc from 'fast-check';
import { type Day, dayNumber, daysBetween } from '../../core/dates.ts';
import { DAY, type Interaction, MINUTE, type Transaction } from '../oracle/events.ts';

/** Six days across the end of a month. */
export const DAYS: readonly Day[] = daysBetween('2026-01-29', '2026-02-03');
const FIRST = dayNumber(DAYS[0]!) * DAY;

const user = fc.constantFrom('ana', 'bob', 'cem');
const day = fc.integer({ min: 0, max: DAYS.length - 1 });
/** Times of day where rules turn: around midnight, and half an hour from it. */
const time = fc.oneof(
  fc.constantFrom(
    0,
    15 * MINUTE,
    30 * MINUTE - 1,
    30 * MINUTE,
    1410 * MINUTE - 1,
    1410 * MINUTE,
    DAY - 15 * MINUTE,
    DAY - 1,
  ),
  fc.integer({ min: 0, max: DAY - 1 }),
);
const gap = fc.constantFrom(0, 1, 10 * MINUTE, 30 * MINUTE - 1, 30 * MINUTE, 30 * MINUTE + 1, 300 * MINUTE);

/** A user's walk: gaps between events from a start. */
const visit = fc.record({ user, day, time, gaps: fc.array(gap, { maxLength: 8 }) });

/** A user who is active without a pause of more than 30 minutes, for days. */
const bot = fc
  .record({ user, day, time, gap: fc.constantFrom(29 * MINUTE, 30 * MINUTE), hours: fc.integer({ min: 12, max: 130 }) })
  .map(({ gap, hours, ...start }) => ({
    ...start,
    gaps: Array<number>(Math.floor((hours * 60 * MINUTE) / gap)).fill(gap),
  }));

/** Accepted interactions of a few users: ties, exact gaps, nights, bots, silent days. Ids are not in the order of time. */
export const interactions: fc.Arbitrary<Interaction[]> = fc
  .record({
    walks: fc.array(fc.oneof({ weight: 6, arbitrary: visit }, { weight: 1, arbitrary: bot }), { maxLength: 10 }),
    details: fc.array(
      fc.record({
        prefix: fc.integer({ min: 0, max: 9 }),
        action: fc.constantFrom('page_view', 'edit'),
        duration: fc.integer({ min: 0, max: 7_200_000 }),
        device: fc.constantFrom(null, 'phone', 'tablet'),
      }),
      { minLength: 5, maxLength: 20 },
    ),
  })
  .map(({ walks, details }) =>
    walks
      .flatMap((walk) => {
        let at = FIRST + walk.day * DAY + walk.time;
        return [0, ...walk.gaps].map((step) => {
          at += step;
          return { user: walk.user, at };
        });
      })
      .filter(({ at }) => at < FIRST + DAYS.length * DAY)
      .map((event, index) => {
        const { prefix, ...detail } = details[index % details.length]!;
        return { ...event, ...detail, id: `e${prefix}.${index}` };
      }),
  );

/** Accepted transactions of the same users and one more, free ones among them. */
export const transactions: fc.Arbitrary<Transaction[]> = fc
  .array(fc.record({ user: fc.oneof(user, fc.constant('dee')), day, time, cents: fc.nat(5000) }), { maxLength: 12 })
  .map((rows) =>
    rows.map(({ day, time, ...row }, index) => ({ ...row, at: FIRST + day * DAY + time, id: `t${index}` })),
  );

/** The days in random order, split into one or more batches. */
export const batches: fc.Arbitrary<Day[][]> = fc
  .tuple(
    fc.shuffledSubarray([...DAYS], { minLength: DAYS.length }),
    fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  )
  .map(([days, cuts]) =>
    days.reduce<Day[][]>((split, day, index) => {
      if (index === 0 || cuts[index - 1]) split.push([day]);
      else split.at(-1)!.push(day);
      return split;
    }, []),
  );
