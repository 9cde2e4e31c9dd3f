import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { rows, sluice, temporaryFolder } from './sluice.ts';

test('gc takes what nobody published two days ago, and nothing that is published, being built or from the stream', async () => {
  const folder = temporaryFolder();
  const warehouse = join(folder, 'warehouse');
  const data = { transaction_id: 't1', user_id: 'u1', product_id: 'p', quantity: 1, price: '2.50' };
  const event = { specversion: '1.0', id: 'e1', source: 's', type: 'transactions' };
  const line = JSON.stringify({ ...event, data: { ...data, timestamp: '2026-01-05T10:00:00Z' } });
  writeFileSync(join(folder, 'a.jsonl'), `${line}\n`);
  await sluice(warehouse, 'ingest', '--arrival', '2026-01-05', join(folder, 'a.jsonl'));
  await sluice(warehouse, 'run');

  const threeDaysAgo = Date.now() / 1000 - 3 * 86_400;
  const everything = readdirSync(warehouse, { recursive: true }).map((name) => join(warehouse, String(name)));
  for (const path of everything) if (statSync(path).isFile()) utimesSync(path, threeDaysAgo, threeDaysAgo);
  const file = (key: string, isOld: boolean): string => {
    const path = join(warehouse, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'x');
    if (isOld) utimesSync(path, threeDaysAgo, threeDaysAgo);
    return path;
  };
  const beingBuilt = file('gold/sessions/run=now-1.1/dt=2026-01-05/data_0.parquet', false);
  const beingLoaded = file('bronze/_loading/now-0/entity=transactions/x.parquet', false);
  const ofStream = 'bronze/entity=transactions/ingest_date=2026-01-05/event_date=2026-01-05/stream-s-1-2-2.parquet';
  const fromStream = file(ofStream, true);
  const abandoned = file('gold/sessions/run=long-ago-1.1/dt=2026-01-05/data_0.parquet', true);

  const { code, out } = await sluice(warehouse, 'gc', '--retention', '0h');
  expect(code).toBe(0);
  expect(out).toContain('Deleted 1 file');
  expect([beingBuilt, beingLoaded, fromStream, abandoned].map(existsSync)).toEqual([true, true, true, false]);
  expect(await rows(warehouse, 'select count(*) as n from silver.transactions')).toEqual([{ n: 1 }]);
});
