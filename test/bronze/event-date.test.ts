import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventDateOf, eventDateSql } from '../../core/bronze/event-date.ts';
import { query } from './temporary-warehouse.ts';

const CASES: [text: string, day: string | undefined][] = [
  ['2026-01-31T23:59:59.999999999Z', '2026-01-31'],
  ['2026-01-31 23:59:59', '2026-01-31'],
  ['2026-01-31T23:59:59-00:01', '2026-02-01'],
  ['2026-01-01T00:30:00+01:00', '2025-12-31'],
  ['2024-02-29T00:00:00Z', '2024-02-29'],
  ['2023-02-29T00:00:00Z', undefined],
  ['1900-02-29T00:00:00Z', undefined],
  ['2026-04-31T00:00:00Z', undefined],
  ['2026-00-10T00:00:00Z', undefined],
  ['9999-12-31T23:59:59Z', '9999-12-31'],
  ['9999-12-31T23:59:59-00:01', undefined],
  ['0001-01-01T00:00:00Z', '0001-01-01'],
  ['0001-01-01T00:00:00+00:01', undefined],
  ['0000-12-31T23:59:59-00:01', '0001-01-01'],
  ['0000-12-31T00:00:00Z', undefined],
  ['2026-01-01T00:00:00+14:00', '2025-12-31'],
  ['2026-01-01T00:00:00+14:01', undefined],
  ['2026-01-01T23:59:60Z', undefined],
  ['2026-01-01T24:00:00Z', undefined],
  ['2026-01-01', undefined],
  ['2026-01-01T00:00Z', undefined],
  [' 2026-01-01T00:00:00Z', undefined],
  ['2026-01-01T00:00:00Z\n', undefined],
  ['2026-01-01T00:00:00z', undefined],
  ['2026-01-01T00:00:00+0100', undefined],
  ['1767225600', undefined],
  ['', undefined],
];

async function sqlDates(texts: readonly string[]): Promise<(string | undefined)[]> {
  const values = texts.map((text, at) => `(${at}, '${text.replaceAll("'", "''")}')`).join(', ');
  const rows = await query(`select ${eventDateSql('t')} as day from (values ${values}) v(i, t) order by i`);
  return rows.map((row) => (row.day as string | null) ?? undefined);
}

test.each(CASES)('%j is of %s', (text, day) => expect(eventDateOf(text)).toBe(day));

test('SQL gives the same', async () => {
  expect(await sqlDates(CASES.map(([text]) => text))).toEqual(CASES.map(([, day]) => day));
});

test('SQL gives the same for any text that resembles a time', async () => {
  const digits = (least: number, most: number, width: number) =>
    fc.integer({ min: least, max: most }).map((value) => String(value).padStart(width, '0'));
  const year = fc.oneof(digits(0, 2, 4), digits(9998, 9999, 4), digits(1890, 2110, 4), digits(0, 9999, 4));
  const offset = fc
    .tuple(fc.constantFrom('+', '-'), digits(0, 15, 2), digits(0, 60, 2))
    .map(([s, h, m]) => `${s}${h}:${m}`);
  const text = fc
    .tuple(
      fc.oneof(
        fc.tuple(year, digits(0, 13, 2), digits(0, 32, 2)).map((parts) => parts.join('-')),
        fc.string(),
      ),
      fc.constantFrom('T', 'T', ' ', 't', '  '),
      fc.tuple(digits(0, 24, 2), digits(0, 60, 2), digits(0, 60, 2)).map((parts) => parts.join(':')),
      fc.oneof(
        fc.constant(''),
        digits(0, 999_999_999, 1).map((decimals) => `.${decimals}`),
      ),
      fc.oneof(fc.constantFrom('', 'Z', 'z', 'UTC', ' Z'), offset),
    )
    .map((parts) => parts.join('').replaceAll('\0', ''));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 300 }), async (texts) => {
      expect(await sqlDates(texts)).toEqual(texts.map(eventDateOf));
    }),
    { numRuns: 20 },
  );
});
