import { describe, expect, it, test } from 'vitest';
import { arrivalFolder, arrivalOf } from '../../core/ingest/arrival.ts';
import { keysMeant, landingKey, refusalKey } from '../../core/ingest/landing-key.ts';

const read = (key: string) => landingKey(key, ['orders', 'clicks']);

describe('the key of a dropped file', () => {
  it.each([
    ['events/a.jsonl', null, 'json-lines', false, undefined],
    ['events/web/2026/a.ndjson.gz', null, 'json-lines', true, undefined],
    ['events/ingest_date=2026-01-05/a.json', null, 'json-lines', false, '2026-01-05'],
    ['orders/a.csv', 'orders', 'csv', false, undefined],
    ['orders/shop-1/ingest_date=2026-01-05/hour=7/A B+c%.CSV.GZ', 'orders', 'csv', true, '2026-01-05'],
    ['clicks/a.parquet', 'clicks', 'parquet', false, undefined],
    ['clicks/a.jsonl', 'clicks', 'json-lines', false, undefined],
    // The file is called so, and lies in no such folder.
    ['orders/ingest_date=2026-01-05.csv', 'orders', 'csv', false, undefined],
  ])('%s', (key, entity, kind, gzip, arrival) => {
    expect(read(key)).toEqual({ kind: 'file', entity, format: { kind, gzip }, arrival });
  });

  it.each([
    ['a.jsonl', 'unknown_folder', 'in no folder'],
    ['', 'unknown_folder', 'in no folder'],
    ['/events/a.jsonl', 'unknown_folder', 'no entity '],
    ['order/a.csv', 'unknown_folder', 'did you mean orders?'],
    ['Orders/a.csv', 'unknown_folder', 'no entity Orders'],
    ['ingest_date=2026-01-05/orders/a.csv', 'unknown_folder', 'no entity'],
    ['orders/a.xlsx', 'unknown_format', 'known format'],
    ['orders/a.parquet.gz', 'unknown_format', 'known format'],
    ['orders/a', 'unknown_format', 'known format'],
    ['events/a.csv', 'no_envelope', 'csv'],
    ['events/a.parquet', 'no_envelope', 'parquet'],
    ['orders/ingest_date=2026-02-30/a.csv', 'bad_arrival', 'ingest_date=2026-02-30'],
    ['orders/ingest_date=/a.csv', 'bad_arrival', 'ingest_date='],
  ])('%s is refused', (key, reason, why) => {
    const found = read(key);
    expect(found).toMatchObject({ kind: 'refused', reason });
    expect((found as { why: string }).why).toContain(why);
    expect((found as { advice: string }).advice).toMatch(/\.$/);
  });

  it.each([
    'refused/orders/a.csv.json',
    'refused/x',
    'orders/',
    'events/2026/',
    'orders/_SUCCESS',
    'orders/_temporary/0/part-0.parquet',
    'orders/.DS_Store',
    '.tmp/a.csv',
  ])('%s is nobody’s data', (key) => {
    expect(read(key)).toEqual({ kind: 'ignored' });
  });
});

test('the note about a file lies under its key, and calls for no note about itself', () => {
  const hash = () => 'abc';
  expect(refusalKey('orders/a b.csv', hash)).toBe('refused/orders/a b.csv.json');
  for (const key of ['orders/a.csv', `orders/${'é'.repeat(505)}.csv`, 'x'.repeat(1024)]) {
    const note = refusalKey(key, hash);
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
    expect(read(note)).toEqual({ kind: 'ignored' });
  }
});

test('a key is taken as it is, else URL-decoded', () => {
  expect(keysMeant('orders/a.csv')).toEqual(['orders/a.csv']);
  expect(keysMeant('orders/a+b%2B%C3%A9.csv')).toEqual(['orders/a+b%2B%C3%A9.csv', 'orders/a b+é.csv']);
  expect(keysMeant('orders/100%.csv')).toEqual(['orders/100%.csv']);
});

test('an arrival is the day of the folder, else the time of the upload; not in another century', () => {
  const came = '2026-01-31T23:59:58Z';
  const now = '2026-02-01T00:00:03.000Z';
  expect(arrivalOf(undefined, came, now)).toEqual({ ok: true, ingestDate: '2026-01-31', arrivedAt: Date.parse(came) });
  expect(arrivalOf('2025-12-24', came, now)).toEqual({
    ok: true,
    ingestDate: '2025-12-24',
    arrivedAt: Date.UTC(2025, 11, 24),
  });
  expect(arrivalOf('2027-02-02', came, now)).toMatchObject({ ok: true });
  expect(arrivalOf('2027-02-03', came, now)).toEqual({ ok: false, problem: expect.stringContaining('year ahead') });
  expect(arrivalFolder('a/ingest_date=2026-01-05/b/ingest_date=x/c')).toBe('2026-01-05');
  expect(arrivalFolder('a/no_ingest_date=2026-01-05/b')).toBeUndefined();
});
