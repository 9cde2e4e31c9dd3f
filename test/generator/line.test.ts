import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../generator/deliveries.ts';
import { generateStream } from '../../generator/generate-stream.ts';
import { isoTime } from '../../generator/iso-time.ts';
import { line } from '../../generator/line.ts';
import { streamOptions } from '../../generator/options.ts';

const options = streamOptions({ events: 20_000, days: 5, defects: 0.2 });
const deliveries = [...generateStream(options)].flatMap((day) => day.deliveries);
const text = (delivery: Delivery) => line(delivery, options.seed);
const first = (defect: Delivery['defect']) => text(deliveries.find((delivery) => delivery.defect === defect)!);

describe('a line', () => {
  it('is a CloudEvents event', () => {
    for (const delivery of deliveries.filter(({ defect }) => !defect)) {
      const { event } = delivery;
      const parsed = JSON.parse(text(delivery));
      const time = new Date(event.at).toISOString();
      expect(parsed).toMatchObject({ specversion: '1.0', type: event.kind, time, data: { timestamp: time } });
      expect(parsed.id).toMatch(/^[0-9a-f]{32}$/);
      expect(parsed.data.user_id).toBe(event.person.id);
      if (event.kind === 'transactions') expect(parsed.data.price).toBe(event.cents / 100);
      if (event.kind === 'interactions') expect(parsed.data.duration_ms).toBe(event.duration);
    }
  });

  it('has one id per number', () => {
    const ids = new Map<number, string>();
    for (const delivery of deliveries.filter(({ defect }) => !defect)) {
      const { id } = JSON.parse(text(delivery));
      expect(ids.get(delivery.number) ?? id).toBe(id);
      ids.set(delivery.number, id);
    }
    expect(new Set(ids.values()).size).toBe(ids.size);
  });

  it('leaves optional fields out for some', () => {
    const devices = deliveries
      .filter(({ event }) => event.kind === 'interactions')
      .map(({ event }) => event.person.device);
    expect(new Set(devices)).toContain(undefined);
    expect(
      deliveries
        .filter((delivery) => !delivery.event.person.device)
        .map(text)
        .join(),
    ).not.toContain('device_type');
  });

  it.each([
    ['no user_id', /"data":\{(?!.*"user_id")/],
    ['null user_id', /"user_id":null,/],
    ['impossible timestamp', /"timestamp":"2026-13-45T99:00:00Z"/],
    ['truncated', /^\{"specversion".*[^}]$/],
    ['garbage', /^garbage not json \d+$/],
    ['unknown action', /"action_type":"hack"/],
    ['text duration', /"duration_ms":"12,5x"/],
    ['too long', /"duration_ms":7200001[,}]/],
    ['negative duration', /"duration_ms":-1[,}]/],
    ['fractional duration', /"duration_ms":12\.5[,}]/],
    ['no page_id', /"type":"interactions"(?!.*"page_id")/],
    ['quantity 0', /"quantity":0[,}]/],
    ['text quantity', /"quantity":"two"/],
    ['fractional quantity', /"quantity":2\.5[,}]/],
    ['text price', /"price":"12,50"/],
    ['negative price', /"price":-\d/],
    ['price 0', /"price":0\.00[,}]/],
  ] as const)('shows its defect: %s', (defect, pattern) => {
    expect(first(defect)).toMatch(pattern);
  });
});

describe('isoTime', () => {
  it.each([0, 86_399_999, 86_400_000, 1_767_225_600_123, 1_772_323_199_999, 4_102_444_800_000])(
    'agrees with Date: %d',
    (ms) => {
      expect(isoTime(ms)).toBe(new Date(ms).toISOString());
    },
  );
});
