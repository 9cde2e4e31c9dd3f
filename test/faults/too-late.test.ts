import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TooLateError } from '../../core/errors.ts';
import { ingest } from '../../core/ingest/ingest.ts';
import { MODELS } from '../reconcile/models.ts';
import { Warehouse } from '../reconcile/warehouse.ts';

const HOUR = 3_600_000;

/** A clock that a sleep sets forward. */
function sleepyClock(): { clock: () => string; sleep: (ms: number) => void } {
  let now = Date.UTC(2026, 1, 1);
  return {
    clock: () => new Date(++now).toISOString(),
    sleep: (ms) => {
      now += ms;
    },
  };
}

test.each([
  [11.9, 'publishes'],
  [12.1, 'gives up'],
])('a run whose wave sleeps for %d hours before it commits %s', async (hours, outcome) => {
  const warehouse = await Warehouse.create(MODELS);
  await warehouse.arrive([{ ingestDate: '2026-01-29', eventDate: '2026-01-29', payload: 'e1,ann,5' }]);
  const { clock, sleep } = sleepyClock();
  const onEvent = ({ kind }: { kind: string }): void => {
    if (kind === 'built') sleep(hours * HOUR);
  };
  const before = (await warehouse.log.read()).seq;
  // One wave of one build; the next waves sleep as long, each counted for itself.
  const run = warehouse.run({ clock, onEvent, scope: { tables: ['silver.event'] } });
  if (outcome === 'publishes') {
    expect((await run).published.length).toBeGreaterThan(0);
  } else {
    await expect(run).rejects.toThrow(TooLateError);
    expect((await warehouse.log.read()).seq).toBe(before);
    expect((await warehouse.run()).published.length).toBeGreaterThan(0);
  }
  await warehouse.remove();
});

test('a load that took longer than half a day is not committed', async () => {
  const warehouse = await Warehouse.create(MODELS);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-late-'));
  const { clock, sleep } = sleepyClock();
  const file = {
    path: join(folder, 'a.jsonl'),
    hash: 'h',
    format: { kind: 'json-lines', gzip: false },
    entity: null,
    ingestDate: '2026-02-01',
    arrivedAt: 0,
  } as const;
  const load = async () => {
    sleep(12.1 * HOUR);
    return { objects: [], files: [{ file, records: 0 }], failures: [] };
  };
  const { log } = warehouse;
  await expect(ingest({ log, load, files: [file], routing: [], newId: () => 'load', clock })).rejects.toThrow(
    TooLateError,
  );
  expect((await log.read()).files.size).toBe(0);
  await rm(folder, { recursive: true });
  await warehouse.remove();
});
