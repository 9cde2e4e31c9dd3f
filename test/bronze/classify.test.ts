import { describe, expect, it, test } from 'vitest';
import type { Arrival } from '../../core/bronze/acceptance.ts';
import { classifier } from '../../core/bronze/classify.ts';
import { ROUTING } from './temporary-warehouse.ts';

const ENVELOPE = '"specversion":"1.0","id":"e1","source":"shop","type":"orders","time":"2026-01-02T00:00:00Z"';
const ARRIVAL: Arrival = { day: '2026-01-05', by: 'stream' };
const all = classifier(ROUTING);
const ofOrders = classifier(ROUTING, 'orders');
const text = (payload: string) => all.text(payload, ARRIVAL);
const bytes = (payload: Uint8Array) => all.bytes(payload, ARRIVAL);
const bare = { text: (payload: string) => ofOrders.text(payload, ARRIVAL) };

test('an enveloped record is routed by its type and dated by the event-time field of its data', () => {
  const payload = `{${ENVELOPE},"data":{"at":"2026-01-01T23:30:00-01:00"}}`;
  expect(text(payload)).toEqual({
    entity: 'orders',
    eventDate: '2026-01-02',
    id: 'e1',
    source: 'shop',
    type: 'orders',
    time: '2026-01-02T00:00:00Z',
    payload,
    reason: null,
  });
});

test('a bare record belongs to the entity of its file and keeps its own id', () => {
  expect(bare.text('{"id":12345678901234567890,"at":"2026-01-01T00:00:00Z"}')).toMatchObject({
    entity: 'orders',
    eventDate: '2026-01-01',
    id: '12345678901234567890',
    source: null,
    type: null,
    time: null,
  });
});

test.each([
  ['not_json', '{"order_id":'],
  ['not_an_object', '[]'],
])('a bare record that is %s belongs to the entity of its file', (reason, payload) => {
  expect(bare.text(payload)).toMatchObject({ entity: 'orders', eventDate: 'unknown', payload, reason, type: null });
  const ofPrices = classifier(ROUTING, 'prices').text(payload, ARRIVAL);
  expect(ofPrices).toMatchObject({ entity: 'prices', eventDate: ARRIVAL.day, payload, reason });
});

test('an enveloped record among bare ones that names no entity is nobody’s', () => {
  const payload = '{"specversion":"1.0","type":"x"}';
  expect(bare.text(payload)).toMatchObject({ entity: 'unparsable', eventDate: 'unknown', reason: 'unknown_type' });
});

test('an enveloped record among bare ones is routed by its type', () => {
  const payload = '{"specversion":"1.0","type":"clicks","data":{"clicked_at":"2026-01-01T00:00:00Z"}}';
  expect(bare.text(payload)).toMatchObject({ entity: 'clicks', eventDate: '2026-01-01', type: 'clicks' });
});

test.each([
  ['not_json', '{"type":"orders"'],
  ['not_json', '{"type":"orders",}'],
  ['not_json', '{"type":"orders","data":{"n":NaN}}'],
  ['not_json', 'order_id,at'],
  ['not_an_object', '[{"type":"orders"}]'],
  ['not_an_object', '"orders"'],
  ['not_an_object', 'null'],
  ['missing_type', '{"id":"e1"}'],
  ['missing_type', '{"type":null}'],
  ['missing_type', '{"type":7}'],
  ['unknown_type', '{"type":"Orders"}'],
  ['unknown_type', '{"type":"toString"}'],
])('%s: %s', (reason, payload) => {
  expect(text(payload)).toMatchObject({ entity: 'unparsable', eventDate: 'unknown', payload, reason });
});

test('what is missing from a routable record is no matter of bronze', () => {
  expect(text('{"type":"orders"}')).toMatchObject({ entity: 'orders', eventDate: 'unknown', id: null, source: null });
  expect(text('{"type":"orders","data":[{"at":"2026-01-01T00:00:00Z"}]}').eventDate).toBe('unknown');
  expect(text('{"type":"orders","data":{"at":1767225600}}').eventDate).toBe('unknown');
});

test('scalars are kept as they were written, nested values are none', () => {
  expect(text('{"type":"orders","id":1.50,"source":true,"time":{"a":1}}')).toMatchObject({
    id: '1.50',
    source: 'true',
    time: null,
  });
});

test('of repeated members the first counts, also if a key is escaped', () => {
  const data = '"data":{"at":"2026-01-01T00:00:00Z","at":"2027-01-01T00:00:00Z"}';
  expect(text(`{"\\u0074ype":"orders","type":"clicks",${data},"data":{}}`)).toMatchObject({
    entity: 'orders',
    eventDate: '2026-01-01',
  });
});

test('bytes that are not UTF-8 are kept as base64', () => {
  const data = Buffer.from([0x7b, 0xff, 0x7d]);
  expect(bytes(data)).toMatchObject({ entity: 'unparsable', reason: 'not_utf8', payload: data.toString('base64') });
});

test('an event time before the first day that the contract allows is no usable one', () => {
  const order = (at: string) => text(`{"type":"orders","data":{"at":"${at}"}}`).eventDate;
  expect(order('1990-01-01T00:00:00Z')).toBe('1990-01-01');
  expect(order('1990-01-01T00:00:00+00:01')).toBe('unknown');
  expect(order('1970-01-01T00:00:00Z')).toBe('unknown');
});

describe('a contract that takes events up to 30 days late and one day ahead', () => {
  const accept = { lateDays: 30, aheadDays: 1 };
  const dated = (day: string, by: Arrival['by'], files = false) => {
    const route = { entity: 'visits', eventTimeField: 'at', earliest: '1990-01-01', accept: { ...accept, files } };
    return classifier([route]).text(`{"type":"visits","data":{"at":"${day}T12:00:00Z"}}`, { day: '2026-01-31', by })
      .eventDate;
  };

  it.each(['2026-01-01', '2026-01-31', '2026-02-01'])('dates one of %s', (day) => {
    expect(dated(day, 'stream')).toBe(day);
    expect(dated(day, 'file', true)).toBe(day);
  });

  it.each(['2025-12-31', '2026-02-02'])('refuses one of %s, but from a file only if it says so', (day) => {
    expect(dated(day, 'stream')).toBe('unknown');
    expect(dated(day, 'file')).toBe(day);
    expect(dated(day, 'file', true)).toBe('unknown');
  });
});
