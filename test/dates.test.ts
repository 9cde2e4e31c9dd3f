import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayNumber, dayOf, daysBetween, isDay, lastOfMonth, monthOf } from '../core/dates.ts';

/** From 0000-01-01 to 9999-11-30: the month after must be a day, too. */
const number = fc.integer({ min: dayNumber('0000-01-01'), max: dayNumber('9999-11-30') });

describe('days', () => {
  it('are counted from 1970-01-01', () => {
    expect(dayNumber('1970-01-01')).toBe(0);
    expect(dayNumber('1969-12-31')).toBe(-1);
    expect(dayNumber('2000-03-01')).toBe(11_017);
    expect(dayNumber('0000-01-01')).toBe(-719_528);
    expect(dayNumber('9999-12-31')).toBe(2_932_896);
  });

  it('and numbers are each other’s inverse', () => {
    fc.assert(
      fc.property(number, (n) => {
        expect(dayNumber(dayOf(n))).toBe(n);
      }),
    );
  });

  it('are in the order of their text', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(dayOf(a) < dayOf(b)).toBe(a < b);
      }),
    );
  });

  it('exist in the calendar, in one form', () => {
    for (const day of ['2024-02-29', '2000-02-29', '1997-01-01', '9999-12-31', '0001-01-01'])
      expect(isDay(day)).toBe(true);
    const wrong = ['2023-02-29', '1900-02-29', '2026-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-1-1'];
    wrong.push(
      '20260101',
      '2026-01-01T00:00',
      ' 2026-01-01',
      '+02026-01-01',
      '',
      'unknown',
      '2026-01-011',
      '２026-01-01',
    );
    for (const text of wrong) expect([text, isDay(text)]).toEqual([text, false]);
  });

  it('move by days, over months, leap days and years', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysBetween('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
    expect(daysBetween('2026-03-02', '2026-02-27')).toEqual([]);
  });
});

describe('months', () => {
  it('run from their first to their last day', () => {
    fc.assert(
      fc.property(number, (n) => {
        const day = dayOf(n);
        const month = daysBetween(monthOf(day), lastOfMonth(day));
        expect(month).toContain(day);
        expect(new Set(month.map((each) => each.slice(0, 7)))).toEqual(new Set([day.slice(0, 7)]));
        expect(addDays(lastOfMonth(day), 1).slice(8)).toBe('01');
      }),
    );
  });
});
