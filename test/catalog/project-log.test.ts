import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectLog } from '../../core/catalog/project-log.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { garbage } from '../../core/ledger/garbage.ts';
import type { Catalog } from '../../core/ports/catalog.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { MemoryCatalog } from '../ports/memory-catalog.ts';
import { MemoryStore } from '../ports/memory-store.ts';
import { changeOf, type Deed, deed, TABLES } from './history.ts';
import { expectShown } from './shows.ts';

/** Manifests are never written over by others: who has begun to read one goes on. */
class ManifestStore extends MemoryStore {
  override async put(key: string, bytes: Uint8Array): Promise<void> {
    const before = await this.get(key);
    if (before && key.startsWith('bronze/_manifests/')) expect(bytes).toEqual(before);
    await super.put(key, bytes);
  }
}

function warehouse(): { store: MemoryStore; log: CommitLog; catalog: MemoryCatalog } {
  const store = new ManifestStore();
  return { store, log: new CommitLog(store, () => '2026-01-03T00:00:00.000Z'), catalog: new MemoryCatalog(TABLES) };
}

async function commit(log: CommitLog, ...deeds: Deed[]): Promise<void> {
  for (const each of deeds) await log.commit(each.name, (state) => changeOf(each, state));
}

const publish = (table: string, dt: string, name: string): Deed => ({ kind: 'publish', table, dt, name });

/** A catalog that dies, or sleeps, in the midst of its changes. */
function changing(catalog: Catalog, change: Catalog['change']): Catalog {
  return {
    tables: catalog.tables,
    uri: (key) => catalog.uri(key),
    partitions: (table) => catalog.partitions(table),
    change,
  };
}

/** After so many changes, each a call of its own. */
function dying(catalog: Catalog, after: number): Catalog {
  let left = after;
  return changing(catalog, async (table, { create, update, drop }) => {
    const none = { create: [], update: [], drop: [] };
    const calls = [
      ...create.map((each) => ({ ...none, create: [each] })),
      ...update.map((each) => ({ ...none, update: [each] })),
      ...drop.map((each) => ({ ...none, drop: [each] })),
    ];
    for (const call of calls) {
      if (left-- <= 0) throw new Error('died');
      await catalog.change(table, call);
    }
  });
}

describe('Projecting the log', () => {
  it('shows what it says after any commits, whoever projected what before, and died of it', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: deed.map((done) => ({ done })) },
      { weight: 1, arbitrary: fc.record({ dies: fc.nat(3), tables: fc.subarray([...TABLES]) }) },
      { weight: 1, arbitrary: fc.record({ projectors: fc.integer({ min: 1, max: 3 }) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (steps) => {
        const { store, log, catalog } = warehouse();
        const underWay: Promise<unknown>[] = [];
        for (const each of steps) {
          if ('done' in each) await commit(log, each.done);
          else if ('dies' in each) {
            const request = { log, store, catalog: dying(catalog, each.dies), tables: each.tables };
            await projectLog(request).catch(() => {});
          }
          // Not waited for: commits and other projections go on meanwhile.
          else for (let i = 0; i < each.projectors; i++) underWay.push(projectLog({ log, store, catalog }));
        }
        await Promise.all(underWay);
        await projectLog({ log, store, catalog });
        await expectShown(log, catalog, store);
      }),
      { numRuns: 100 },
    );
  });

  it('shows the newest when all were at work at once, without anybody after them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(deed, { minLength: 1, maxLength: 12, size: 'max' }),
        fc.scheduler(),
        async (deeds, s) => {
          const { store, log, catalog } = warehouse();
          // In any order: what reads the log, and what changes the catalog.
          const slowStore: ObjectStore = {
            get: (key) => store.get(key),
            put: (key, bytes) => store.put(key, bytes),
            create: (key, bytes) => store.create(key, bytes),
            list: s.scheduleFunction((prefix, startAfter) => store.list(prefix, startAfter)),
            delete: (keys) => store.delete(keys),
          };
          const slowLog = new CommitLog(slowStore, () => '2026-01-03T00:00:00.000Z');
          const slow = changing(catalog, s.scheduleFunction(catalog.change.bind(catalog)));
          const workers = deeds.map(async (each) => {
            await commit(slowLog, each);
            await projectLog({ log: slowLog, store, catalog: slow });
          });
          await s.waitFor(Promise.all(workers));
          await expectShown(log, catalog, store);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('does not leave an older version standing when it wakes up after a newer one was shown', async () => {
    const { store, log, catalog } = warehouse();
    await commit(log, publish('gold.t', '2026-01-01', 'old'));
    let wake = (): void => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let reached = (): void => {};
    const beforeChange = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const sleepy = changing(catalog, async (table, changes) => {
      reached();
      await asleep;
      await catalog.change(table, changes);
    });
    const late = projectLog({ log, store, catalog: sleepy });
    await beforeChange;
    await commit(log, publish('gold.t', '2026-01-01', 'new'));
    await projectLog({ log, store, catalog });
    await expectShown(log, catalog, store);
    wake();
    expect(await late).toEqual({ created: 1, updated: 1, dropped: 0 });
    await expectShown(log, catalog, store);
  });

  it('looks at the tables it is asked for, and changes nothing where nothing differs', async () => {
    const { store, log, catalog } = warehouse();
    await commit(log, publish('gold.t', '2026-01-01', 'a'), publish('silver.orders', '2026-01-01', 'b'));
    expect(await projectLog({ log, store, catalog, tables: ['gold.t', 'gold.gone'] })).toMatchObject({ created: 1 });
    expect(await catalog.partitions('silver.orders')).toEqual([]);
    await projectLog({ log, store, catalog });
    const untouched = changing(catalog, async () => {
      throw new Error('changed something');
    });
    store.gets = 0;
    await projectLog({ log, store, catalog: untouched });
    expect(store.gets, 'the log is read once').toBeLessThanOrEqual(3);
  });

  it('puts right what somebody else did to the catalog', async () => {
    const { store, log, catalog } = warehouse();
    await commit(log, publish('gold.t', '2026-01-01', 'a'), publish('gold.t', '2026-01-02', 'b'));
    await projectLog({ log, store, catalog });
    const [first, second] = await catalog.partitions('gold.t');
    const wrong = { ...first!, folder: 'somewhere/else/', version: {} };
    const foreign = { values: ['1999-01-01'], folder: 'x/', version: {} };
    await catalog.change('gold.t', { create: [foreign], update: [wrong], drop: [second!] });
    expect(await projectLog({ log, store, catalog })).toEqual({ created: 1, updated: 1, dropped: 1 });
    await expectShown(log, catalog, store);
  });

  it('does what it can when one table cannot be done, and says which', async () => {
    const { store, log, catalog } = warehouse();
    await commit(log, publish('silver.orders', '2026-01-01', 'a'), publish('gold.t', '2026-01-01', 'b'));
    const partial = changing(catalog, async (table, changes) => {
      if (table === 'silver.orders') throw new Error('Glue could not create silver.orders dt=2026-01-01');
      await catalog.change(table, changes);
    });
    await expect(projectLog({ log, store, catalog: partial })).rejects.toMatchObject({
      name: 'CatalogError',
      message: expect.stringMatching(/next run mends .*silver\.orders dt=2026-01-01/),
    });
    expect(await catalog.partitions('gold.t')).toHaveLength(1);
  });
});

describe('Manifests', () => {
  it('are kept while they are shown, then for the retention, then collected; never one that is to be shown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 13, size: 'max' }), async (deeds) => {
        const store = new ManifestStore();
        let now = Date.parse('2026-01-03T00:00:00.000Z');
        const log = new CommitLog(store, () => new Date(now).toISOString());
        const catalog = new MemoryCatalog(TABLES);
        const collect = async (): Promise<string[]> => {
          // The store's own clock is not the test's: all were written long ago.
          const objects = (await store.list('bronze/_manifests/')).map((object) => ({ ...object, modifiedAt: 0 }));
          const commits = await log.commits();
          const request = {
            commits,
            state: await log.read(),
            absorbed: new Map(),
            objects,
            now,
            retentionMs: 7 * 86_400_000,
          };
          const found = garbage(request).map(({ key }) => key);
          await store.delete(found);
          return found;
        };
        for (const each of deeds) {
          await commit(log, each);
          await projectLog({ log, store, catalog });
          now += 86_400_000 / 2;
          // Nothing is older than the retention yet: who has begun to read goes on.
          expect(await collect()).toEqual([]);
          await expectShown(log, catalog, store);
        }
        now += 8 * 86_400_000;
        await collect();
        await expectShown(log, catalog, store);
        const shown = await Promise.all(catalog.tables.slice(0, 2).map((table) => catalog.partitions(table)));
        const left = (await store.list('bronze/_manifests/')).map(({ key }) => key);
        expect(left).toEqual(
          shown
            .flat()
            .map(({ folder }) => `${folder}manifest`)
            .sort(),
        );
      }),
      { numRuns: 40 },
    );
  });
});
