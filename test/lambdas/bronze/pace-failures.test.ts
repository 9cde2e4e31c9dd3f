import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paced } from '../../../lambdas/bronze/pace-failures.ts';
import { kinesisEvent, kinesisRecord, order } from './kinesis-events.ts';

const EVENT = kinesisEvent(kinesisRecord(1, order(1)));
const FAILED = { batchItemFailures: [{ itemIdentifier: '1' }] };

/** What is reported after the store took `left` milliseconds of the call's time, and what was waited before. */
async function report(response: typeof FAILED | { batchItemFailures: [] }, left: number) {
  const waits: number[] = [];
  const handler = paced(
    async () => response,
    async (milliseconds) => waits.push(milliseconds),
  );
  const reported = await handler(EVENT, { getRemainingTimeInMillis: () => left });
  return { reported, waits };
}

test('a batch that was written is reported at once', async () => {
  const written = { batchItemFailures: [] as [] };
  expect(await report(written, 110_000)).toEqual({ reported: written, waits: [] });
});

test('one that was not is reported when most of the time is over, but some is left to report it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 900_000 }), async (left) => {
      const { reported, waits } = await report(FAILED, left);
      expect(reported).toBe(FAILED);
      expect(waits).toHaveLength(1);
      expect(waits[0]).toBeGreaterThanOrEqual(Math.max(0, left - 10_000) * 0.75);
      expect(waits[0]).toBeLessThanOrEqual(Math.max(0, left - 10_000));
    }),
  );
});

test('failures do not come back all together', async () => {
  const waits = await Promise.all(Array.from({ length: 20 }, () => report(FAILED, 110_000)));
  expect(new Set(waits.map(({ waits: [wait] }) => wait)).size).toBeGreaterThan(10);
});

test('a defect is thrown at once: Lambda looks for the record that shows it', async () => {
  const handler = paced(
    () => Promise.reject(new TypeError('defect')),
    () => Promise.reject(new Error('waited')),
  );
  await expect(handler(EVENT, { getRemainingTimeInMillis: () => 110_000 })).rejects.toThrow('defect');
});
