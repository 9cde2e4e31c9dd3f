import { describe, expect, it } from 'vitest';
import transactions from '../../contracts/transactions.ts';
import type { Acceptance } from '../../core/bronze/acceptance.ts';
import { breakingChanges } from '../../core/contract/breaking-changes.ts';
import { contract } from '../../core/contract/contract.ts';
import { decimal, type Field, integer, oneOf, optional, text, timestamp } from '../../core/contract/field.ts';
import { publishedContract } from '../../core/contract/published-contract.ts';
import parcels from './parcels.ts';

const about = { meaning: 'Something.' };

/** What changing one field from `before` to `after` breaks; undefined: the field is not there. */
function changes(before: Field | undefined, after: Field | undefined): string[] {
  const published = (field: Field | undefined) =>
    publishedContract(
      contract({
        entity: 'visits',
        version: 1,
        meaning: 'A visit.',
        fields: { seen: timestamp(about), ...(field ? { changed: field } : {}) } as { seen: Field },
        eventTime: 'seen',
        key: ['seen'],
      }),
    );
  return breakingChanges(published(before), published(after));
}

describe('a change of a published contract', () => {
  it.each<[string, Field | undefined, Field | undefined, string]>([
    ['a removed field', text(about), undefined, 'field changed was removed'],
    ['a new required field', undefined, text(about), 'field changed was added as a required one'],
    ['another type', integer(about), text(about), 'type changed from bigint to varchar'],
    ['another scale', decimal(18, 2, about), decimal(18, 4, about), 'type changed from decimal(18,2) to decimal(18,4)'],
    ['an optional field made required', optional(text(about)), text(about), 'became required'],
    ['a value removed', oneOf(['a', 'b'], about), oneOf(['a'], about), 'b no longer allowed'],
    ['a free text made a list', text(about), oneOf(['a'], about), 'only a are allowed now'],
    [
      'personal data kept otherwise',
      text({ ...about, pii: 'pseudonym' }),
      text({ ...about, pii: 'pseudonym', protection: 'keyed-hash' }),
      'protection changed from none to keyed-hash: the column holds other values',
    ],
    [
      'a text that turns out to be personal data',
      text(about),
      text({ ...about, pii: 'direct' }),
      'protection changed from none to keyed-hash',
    ],
    [
      'personal data no longer protected',
      text({ ...about, pii: 'direct' }),
      text({ ...about, pii: 'direct', protection: 'none' }),
      'protection changed from keyed-hash to none',
    ],
    ['another pattern', text({ ...about, pattern: '^a$' }), text({ ...about, pattern: '^b$' }), 'pattern changed'],
    ['a higher minimum', integer({ ...about, min: 0 }), integer({ ...about, min: 1 }), 'the lower bound was raised'],
    [
      'an excluded minimum',
      integer({ ...about, min: 0 }),
      integer({ ...about, above: 0 }),
      'the lower bound was raised',
    ],
    ['a new maximum', text(about), text({ ...about, max: 9 }), 'the upper bound was lowered'],
    [
      'a lower maximum',
      decimal(9, 2, { ...about, below: '10.00' }),
      decimal(9, 2, { ...about, below: '9.99' }),
      'the upper',
    ],
  ])('breaks by %s', (_, before, after, reason) => {
    expect(changes(before, after).join()).toContain(reason);
  });

  it.each<[string, Field | undefined, Field | undefined]>([
    ['a new optional field', undefined, optional(text(about))],
    ['a required field made optional', text(about), optional(text(about))],
    ['a value added', oneOf(['a'], about), oneOf(['a', 'b'], about)],
    ['a list made free text', oneOf(['a'], about), text(about)],
    ['wider bounds', integer({ ...about, min: 0, max: 9 }), integer({ ...about, min: -1, below: 10 })],
    ['a bound that refuses the same', integer({ ...about, above: 0 }), integer({ ...about, above: 0 })],
    [
      'an included bound at an excluded one',
      decimal(9, 2, { ...about, above: 0 }),
      decimal(9, 2, { ...about, min: '0.00' }),
    ],
    ['no pattern any more', text({ ...about, pattern: '^a$' }), text(about)],
    [
      'what was the default said',
      text({ ...about, pii: 'direct' }),
      text({ ...about, pii: 'direct', protection: 'keyed-hash' }),
    ],
    ['another tag of what is kept the same', text(about), text({ ...about, pii: 'pseudonym' })],
    ['another meaning', text(about), text({ meaning: 'Otherwise said.' })],
  ])('is free for %s', (_, before, after) => {
    expect(changes(before, after)).toEqual([]);
  });

  it('breaks by other days within which a key counts once, whether more or fewer', () => {
    const published = publishedContract(transactions);
    const { withinDays: _, ...without } = published;
    expect(breakingChanges(without, published)).toEqual(['withinDays changed from none to 7']);
    expect(breakingChanges(published, without)).toEqual(['withinDays changed from 7 to none']);
    expect(breakingChanges(published, { ...published, withinDays: 3 })).toEqual(['withinDays changed from 7 to 3']);
  });

  it('breaks by taking fewer of the events that are late or ahead, not by taking more', () => {
    const published = publishedContract(transactions);
    const accepting = (accept: Acceptance) => ({ ...published, accept });
    const reasons = (before: Acceptance, after: Acceptance) => breakingChanges(accepting(before), accepting(after));
    expect(breakingChanges(published, accepting({ lateDays: 30 }))).toEqual([
      'accept.lateDays fell from none to 30: what was accepted no longer is',
    ]);
    expect(reasons({ lateDays: 30, aheadDays: 2 }, { lateDays: 30, aheadDays: 1 })).toHaveLength(1);
    expect(reasons({ lateDays: 30 }, { lateDays: 30, files: true })).toHaveLength(1);
    expect(reasons({ lateDays: 30, aheadDays: 1, files: true }, { lateDays: 31 })).toEqual([]);
    expect(breakingChanges(accepting({ lateDays: 30 }), published)).toEqual([]);
  });

  it('breaks by another key, event time, order or earliest day, unless the version is raised', () => {
    const published = publishedContract(transactions);
    const next = { ...published, key: ['user_id'], order: [], earliest: '2000-01-01', eventTime: 'other' };
    expect(breakingChanges(published, next)).toEqual([
      'eventTime changed from timestamp to other',
      'key changed from [transaction_id] to [user_id]',
      'order changed from [timestamp] to []',
      'earliest moved from 1990-01-01 to 2000-01-01: what was accepted no longer is',
    ]);
    expect(breakingChanges(published, { ...next, version: published.version + 1 })).toEqual([]);
    expect(breakingChanges({ ...published, version: published.version + 1 }, published)).toHaveLength(1);
  });

  it('breaks by another dating, history, form of a text or derived column, not by a new one', () => {
    const published = publishedContract(parcels);
    const { history: _, ...timeless } = parcels;
    const plain = { ...timeless, derived: {} };
    expect(breakingChanges(publishedContract(plain), published)).toEqual([]);
    expect(breakingChanges(published, publishedContract(plain))).toEqual([
      'history changed from snapshot to none',
      'historyKey changed from [code] to none',
      'derived column zone was removed',
      'derived column spot was removed',
    ]);
    const monthly = { ...published, historyDays: ['month-end', 'last'] } as const;
    expect(breakingChanges(monthly, published)).toEqual([]);
    expect(breakingChanges({ ...published, historyDays: ['last'] }, monthly)).toEqual([]);
    expect(breakingChanges(published, monthly)).toEqual([
      'historyDays changed from [all] to [month-end, last]: days that were kept are not',
    ]);
    const { historyVersion, ...unversioned } = published;
    expect(historyVersion).toBe('listed_at');
    expect(breakingChanges(unversioned, published)).toEqual([]);
    expect(breakingChanges(published, unversioned)).toEqual(['historyVersion changed from listed_at to none']);
    expect(breakingChanges(published, { ...published, eventTime: 'seen' })).toEqual([
      'eventTime changed from none to seen',
    ]);
    const { code } = published.fields;
    const untrimmed = { ...published.fields, code: { ...code!, standardise: ['upper'] } };
    expect(breakingChanges(published, { ...published, fields: untrimmed })).toEqual([
      'field code: standardise changed from [trim, upper] to [upper]: the column holds other values',
    ]);
    const zone = published.derived!.zone!;
    const mapped = (change: object) =>
      breakingChanges(published, { ...published, derived: { ...published.derived, zone: { ...zone, ...change } } });
    expect(mapped({ map: { ...zone.map, a3: 'far' } })).toEqual([]);
    const other = [{ map: { ...zone.map, a2: 'near' } }, { map: {} }, { otherwise: 'x' }, { from: 'place' }];
    for (const change of [...other, { missing: 'x' }]) {
      expect(mapped(change)).toEqual(['derived column zone maps otherwise: it holds other values']);
    }
  });
});
