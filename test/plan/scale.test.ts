import { expect, it } from 'vitest';
import type { BronzeObject } from '../../core/bronze/bronze-object.ts';
import { addDays } from '../../core/dates.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { readCheckpoint, writeCheckpoint } from '../../core/ledger/state.ts';
import type { Window } from '../../core/model/window.ts';
import { plan } from '../../core/plan/plan.ts';
import { MemoryStore } from '../ports/memory-store.ts';
import { type ModelSpec, projectOf } from './world.ts';

const DAYS = 3 * 365;
const TABLES = 20;
/** A noisy machine may be this much slower than what is promised for a quiet one. */
const NOISE = 4;

const WINDOWS: readonly Window[] = [
  { kind: 'days', from: 0, to: 0 },
  { kind: 'days', from: -27, to: 0 },
  { kind: 'days', from: Number.NEGATIVE_INFINITY, to: 0 },
  { kind: 'days', from: -3, to: 2 },
];

function specs(): ModelSpec[] {
  const common = { others: [], partitions: 'day', keep: ['all'], code: 0 } as const;
  const bronze = { table: 'bronze.a', window: WINDOWS[0]! };
  const models: ModelSpec[] = [{ ...common, name: 'silver.a', inputs: [bronze] }];
  for (let i = 1; i < TABLES; i++) {
    const inputs = [{ table: models[i >> 1]!.name, window: WINDOWS[i % WINDOWS.length]! }];
    models.push({ ...common, name: `gold.t${String(i).padStart(2, '0')}`, inputs });
  }
  return models;
}

function timed<T>(what: string, seconds: number, work: () => T): T {
  const start = performance.now();
  const result = work();
  const took = (performance.now() - start) / 1000;
  console.log(`${what}: ${took.toFixed(2)} s`);
  expect(took, what).toBeLessThan(seconds * NOISE);
  return result;
}

it('three years of twenty tables are planned, and their checkpoint read, in less than a second and in little memory', async () => {
  const project = projectOf(specs());
  const log = new CommitLog(new MemoryStore(), () => '2026-01-01T00:00:00.000Z');
  const object = (day: number, n: number): BronzeObject => {
    const date = addDays('2023-01-01', day);
    return { key: `bronze/${date}/${n}`, entity: 'a', ingestDate: date, eventDate: date, rows: 1, bytes: 1 };
  };
  const bronze = Array.from({ length: DAYS * 4 }, (_, i) => object(i >> 2, i & 3));
  let state = await log.commit('load', () => ({ bronze }));
  const request = { project, basis: 1, release: '', failed: new Set<string>() };

  for (let ready = plan({ ...request, state }).ready; ready.length > 0; ready = plan({ ...request, state }).ready) {
    const publish = ready.map(({ model, dt, inputDigest }, i) => {
      const digests = {
        inputDigest,
        codeDigest: model.codeDigest,
        checksum: `duckdb-1.5:${i.toString(16).padStart(32, '0')}`,
      };
      const files = [`${model.name.replace('.', '/')}/run=20260101T000000Z-1.1/dt=${dt}/data_0.parquet`];
      return { table: model.name, dt, files, rows: 1, bytes: 1, run: 'run', basis: 1, release: '', ...digests };
    });
    state = await log.commit('run', () => ({ publish }));
  }
  expect([...state.partitions.values()].reduce((sum, table) => sum + table.size, 0)).toBe(DAYS * TABLES);

  const text = writeCheckpoint(state);
  const read = timed(`read a checkpoint of ${text.length >> 20} MiB`, 1, () => readCheckpoint(text));
  expect(writeCheckpoint(read) === text).toBe(true);
  const nothing = timed('plan with nothing to do', 1, () => plan({ ...request, state: read }));
  expect(nothing).toMatchObject({ ready: [], waiting: [], current: DAYS * TABLES });

  state = await log.commit('late', () => ({ bronze: [object(DAYS >> 1, 9)] }));
  const late = timed('plan after a late event', 1, () => plan({ ...request, state, basis: state.seq }));
  expect(late.ready.map(({ model, dt }) => `${model.name} ${dt}`)).toEqual([
    `silver.a ${addDays('2023-01-01', DAYS >> 1)}`,
  ]);
  expect(late.waiting.length).toBeGreaterThan(DAYS / 2);

  // Of this process, which vitest starts for this file alone: with vitest, the log in memory and every plan above.
  const peak = process.resourceUsage().maxRSS >> 10;
  console.log(`peak memory of it all: ${peak} MiB`);
  // 300 is what planning may take; how much more is held before it is collected depends on the machine.
  expect(peak).toBeLessThan(600);
});
