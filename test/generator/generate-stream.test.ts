import { describe, expect, it } from 'vitest';
import { dayOf } from '../../core/dates.ts';
import { type ArrivalDay, generateStream, lateDay } from '../../generator/generate-stream.ts';
import { line } from '../../generator/line.ts';
import { streamOptions } from '../../generator/options.ts';
import { DAY, MINUTE } from '../../generator/time.ts';

const options = streamOptions({ events: 30_000, days: 14, users: 3000, start: '2026-03-25' });
const days = [...generateStream(options)];
const main = days.filter(({ batch }) => batch === 'main').flatMap(({ deliveries }) => deliveries);
const late = days.filter(({ batch }) => batch === 'late').flatMap(({ deliveries }) => deliveries);
const lines = (part: ArrivalDay[]) =>
  part.flatMap(({ deliveries }) => deliveries.map((one) => line(one, options.seed)));

/** Event times by user, each once and in order. */
const timesByUser = new Map<string, number[]>();
for (const { event } of main) {
  if (event.kind !== 'interactions') continue;
  const times = timesByUser.get(event.person.id) ?? [];
  timesByUser.set(event.person.id, [...times, event.at]);
}
for (const [user, times] of timesByUser)
  timesByUser.set(
    user,
    [...new Set(times)].sort((one, other) => one - other),
  );

describe('a generated stream', () => {
  it('is the same for the same options and another for another seed', () => {
    expect(lines([...generateStream(options)])).toEqual(lines(days));
    expect(lines([...generateStream({ ...options, seed: 8 })])).not.toEqual(lines(days));
  });

  it('has about the lines and shares that were asked for', () => {
    const events = new Set(main.map(({ event }) => event.number)).size;
    const share = (matching: unknown[]) => matching.length / events;
    expect(main.length / options.events).toBeCloseTo(1, 1);
    expect(share(main) - 1).toBeCloseTo(options.duplicates, 2);
    expect(share(main.filter(({ defect }) => defect))).toBeCloseTo(options.defects, 2);
    expect(share(main.filter(({ event }) => event.kind === 'transactions'))).toBeCloseTo(options.transactions, 1);
    expect(share(main.filter(({ event, arrival }) => arrival - event.at > DAY))).toBeGreaterThan(options.late);
  });

  it('comes by day of arrival, in order of arrival but not of happening', () => {
    const dates = days.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort());
    for (const { date, deliveries } of days) {
      const arrivals = deliveries.map(({ arrival }) => arrival);
      expect(arrivals).toEqual([...arrivals].sort((one, other) => one - other));
      expect(new Set(arrivals.map((arrival) => dayOf(Math.floor(arrival / DAY))))).toEqual(new Set([date]));
    }
    const times = main.map(({ event }) => event.at);
    expect(times).not.toEqual([...times].sort((one, other) => one - other));
    expect(main.every(({ event, arrival }) => arrival > event.at)).toBe(true);
  });

  it('keeps every event on the days that were asked for', () => {
    const dates = new Set(main.map(({ event }) => dayOf(Math.floor(event.at / DAY))));
    expect([...dates].sort()).toHaveLength(options.days);
    expect([...dates].sort()[0]).toBe(options.start);
  });

  it('repeats events under the same id and the same key under another id', () => {
    const keys = new Map<number, Set<number>>();
    for (const { event, number } of main) keys.set(event.number, (keys.get(event.number) ?? new Set()).add(number));
    expect(new Set(main.map(({ number }) => number)).size).toBeLessThan(main.length);
    expect([...keys.values()].some((ids) => ids.size > 1)).toBe(true);
  });

  it('has gaps on both sides of thirty minutes, sessions over midnight and a bot that acts for days without a pause', () => {
    const gaps = new Set<number>();
    let overMidnight = 0;
    let longestChain = 0;
    for (const times of timesByUser.values()) {
      let begin = times[0]!;
      for (const [index, at] of times.entries()) {
        const gap = index ? at - times[index - 1]! : 0;
        gaps.add(gap);
        if (gap > 30 * MINUTE) begin = at;
        else if (index && Math.floor(at / DAY) !== Math.floor(times[index - 1]! / DAY)) overMidnight++;
        longestChain = Math.max(longestChain, at - begin);
      }
    }
    for (const gap of [30 * MINUTE - 1, 30 * MINUTE, 30 * MINUTE + 1]) expect(gaps).toContain(gap);
    expect(overMidnight).toBeGreaterThan(10);
    expect(longestChain).toBeGreaterThan(4 * DAY);
  });

  it('is skewed: a tenth of the users makes more than a third of the events', () => {
    const counts = [...timesByUser.values()].map((times) => times.length).sort((one, other) => other - one);
    const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
    expect(sum(counts.slice(0, options.users / 10)) / sum(counts)).toBeGreaterThan(1 / 3);
  });

  it('puts purchases within two minutes of what their user does', () => {
    for (const { event } of main) {
      if (event.kind !== 'transactions') continue;
      const near = timesByUser.get(event.person.id)!.some((at) => at <= event.at && event.at < at + 2 * MINUTE);
      expect(near).toBe(true);
    }
  });

  it('has what was paid for all pieces of a purchase, at the list price or below it', () => {
    const purchases = main.flatMap(({ event }) => (event.kind === 'transactions' ? [event] : []));
    expect(purchases.some(({ quantity }) => quantity > 2)).toBe(true);
    const listed = new Map<string, number>();
    for (const { sku, quantity, cents } of purchases) {
      expect(cents % quantity).toBe(0);
      listed.set(sku, Math.max(listed.get(sku) ?? 0, cents / quantity));
    }
    // Four in five pay the list price, so that of the products bought more often some at least show it.
    const full = purchases.filter(({ sku, quantity, cents }) => cents === quantity * listed.get(sku)!);
    expect(full.length / purchases.length).toBeGreaterThan(0.8);
    expect(full.some(({ quantity }) => quantity > 2)).toBe(true);
  });

  it('ends with a batch of new and known events of one past day', () => {
    const dates = new Set(late.map(({ event }) => dayOf(Math.floor(event.at / DAY))));
    expect(dates).toEqual(new Set([lateDay(options)]));
    const known = new Set(main.map(({ event }) => event.number));
    expect(late.filter(({ event }) => !known.has(event.number))).toHaveLength(options.events * options.lateBatch);
    expect(late.filter(({ event }) => known.has(event.number))).toHaveLength((options.events * options.lateBatch) / 10);
    expect(Math.min(...late.map(({ arrival }) => arrival))).toBeGreaterThan(
      Math.max(...main.map((one) => one.arrival)),
    );
  });

  it('has a few days and events too', () => {
    const small = [...generateStream(streamOptions({ events: 10, days: 1 }))];
    expect(small.flatMap(({ deliveries }) => deliveries).length).toBeGreaterThan(5);
  });
});

describe('the options of a stream', () => {
  it.each([
    [{ events: 0 }, 'events 0'],
    [{ start: '2026-02-30' }, 'start 2026-02-30'],
    [{ late: 2 }, 'late 2'],
  ])('%j are refused by name', (given, message) => {
    expect(() => streamOptions(given)).toThrow(message);
  });
});
