import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { BulkLoader, FileToLoad } from '../../core/ports/bulk-loader.ts';
import { PROJECT } from '../gold/model-files.ts';
import { deliveries } from '../pipeline/deliveries.ts';
import { imbalances, Pipeline, writeFiles } from '../pipeline/pipeline.ts';
import { truthOf } from '../pipeline/truth.ts';
import { Watcher } from '../pipeline/watcher.ts';
import { Faults, InjectedFault } from './faults.ts';
import { FaultyEngine } from './faulty-engine.ts';
import { FaultyStore } from './faulty-store.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A loader that dies in the middle: after it has taken some of the files, or all of them. */
function faultyLoad(load: BulkLoader, faults: Faults): BulkLoader {
  return async (files, id) => {
    if (faults.draw('load', ['middle'])) {
      await load(files.slice(0, Math.ceil(files.length / 2)), id);
      throw new InjectedFault('load failed in the middle');
    }
    return faults.around('load', () => load(files, id));
  };
}

/** Tries, as people and schedulers do, until it works; what was injected is no surprise, anything else is. */
async function retrying(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 6; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof InjectedFault)) throw error;
    }
  }
}

test.each([1, 2, 3])(
  'after faults at every port, and one clean run, all is as if there had been none (%i)',
  async (seed) => {
    const root = await mkdtemp(join(tmpdir(), 'sluice-faults-'));
    folders.push(root);
    const sent = fc.sample(deliveries, { seed, numRuns: 9 }).find((all) => all.length > 40)!;
    const faults = new Faults(seed, 0.08);
    let store: FaultyStore | undefined;
    const warehouse = join(root, 'warehouse');
    const faulty = new Pipeline(warehouse, PROJECT, undefined, {
      store: (real) => (store = new FaultyStore(real, faults)),
      engine: (real) => new FaultyEngine(real, faults),
      load: (real) => faultyLoad(real, faults),
    });
    const watcher = new Watcher(warehouse);
    const files: FileToLoad[] = [];
    const third = Math.ceil(sent.length / 3);
    for (let n = 0; n < 3; n++) {
      const batch = await writeFiles(join(root, 'files'), `batch-${n}`, sent.slice(n * third, (n + 1) * third));
      files.push(...batch);
      // Two at once of each, as when a caller gives up waiting and starts again.
      await Promise.all([faulty, faulty].map((each) => retrying(() => each.ingest(batch))));
      await Promise.all([faulty, faulty].map((each) => retrying(() => each.run())));
    }
    faults.on = false;
    await store!.settle();
    await faulty.ingest(files);
    const report = await faulty.run();
    await watcher.stop();
    expect(report).toMatchObject({ failures: [], errors: [], blocked: [] });
    expect(faults.count).toBeGreaterThan(20);
    expect(watcher.violations).toEqual([]);
    expect(watcher.versions).toBeGreaterThan(50);

    const rows = await faulty.rows();
    const truth = truthOf(sent);
    for (const [table, expected] of faulty.expected(truth)) expect(rows.get(table), table).toEqual(expected);
    expect(imbalances(rows, truth)).toEqual([]);
    expect((await faulty.log.read()).files.size).toBe(files.length);
    expect(await faulty.run()).toMatchObject({ waves: 0 });
    const scratch = new Pipeline(join(root, 'scratch'), PROJECT);
    await scratch.ingest(files);
    await scratch.run();
    expect(rows).toEqual(await scratch.rows());
    for (const pipeline of [faulty, scratch]) await pipeline.close();
  },
);
