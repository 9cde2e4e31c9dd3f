import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rows, sluice, temporaryFolder } from './sluice.ts';

test('a rolled-back day is pinned, says what waits for it, and takes that up when it is released', async () => {
  const folder = temporaryFolder();
  const warehouse = join(folder, 'warehouse');
  const arrive = async (n: number) => {
    const data = {
      user_id: 'u',
      timestamp: `2026-01-05T10:0${n}:00Z`,
      action_type: 'edit',
      page_id: 'p',
      duration_ms: 1,
    };
    const event = {
      specversion: '1.0',
      id: `e${n}`,
      source: 's',
      type: 'interactions',
      data: { ...data, app_version: '1' },
    };
    writeFileSync(join(folder, `${n}.jsonl`), `${JSON.stringify(event)}\n`);
    await sluice(warehouse, 'ingest', '--arrival', '2026-01-05', join(folder, `${n}.jsonl`));
    return sluice(warehouse, 'run');
  };
  const count = () => rows(warehouse, 'select count(*) as n from silver.interactions');
  const day = ['silver.interactions', '--dt', '2026-01-05'];
  await arrive(1);
  await arrive(2);
  expect(await sluice(warehouse, 'rollback', ...day)).toMatchObject({ code: 0, err: '' });
  expect((await arrive(3)).code).toBe(0);
  expect(await count()).toEqual([{ n: 1 }]);
  expect((await sluice(warehouse, 'status')).out).toMatch(
    /silver\.interactions dt=2026-01-05 is pinned .* 2 records that came since wait/,
  );

  expect(await sluice(warehouse, 'rollback', ...day, '--release')).toMatchObject({ code: 0, err: '' });
  expect((await sluice(warehouse, 'run')).code).toBe(0);
  expect(await count()).toEqual([{ n: 3 }]);
  expect((await sluice(warehouse, 'history', ...day)).out).toMatch(
    /published[\s\S]*published[\s\S]*rolled back[\s\S]*released[\s\S]*published/,
  );
});
