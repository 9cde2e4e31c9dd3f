import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { rows, sluice, temporaryFolder } from './sluice.ts';

/** The figures of the CDNOW sample are known from outside (Fader & Hardie): 69,659 purchases of 23,570 customers. */
describe('the CDNOW purchases, from a CSV file to features', () => {
  const warehouse = join(temporaryFolder(), 'warehouse');
  const file = join(import.meta.dirname, '../../examples/cdnow.csv.gz');

  beforeAll(async () => {
    expect(await sluice(warehouse, 'ingest', '--entity', 'transactions', file)).toMatchObject({ code: 0, err: '' });
    expect(await sluice(warehouse, 'run')).toMatchObject({ code: 0, err: '' });
    // 546 days of every table: on a busy machine more than the minute that hooks have.
  }, 180_000);

  it('keeps every record, quarantines the 80 free ones, and balances', async () => {
    expect(
      await rows(warehouse, 'select count(*) as n, count(distinct payload) as texts from bronze.transactions'),
    ).toEqual([{ n: 69659, texts: 69659 }]);
    expect(
      await rows(warehouse, 'select reasons, count(*) as n from quarantine.transactions group by reasons'),
    ).toEqual([{ reasons: 'price:out_of_range', n: 80 }]);
    expect(
      await rows(
        warehouse,
        'select count(*) as days, sum(received) as received, sum(accepted) as accepted, sum(quarantined) as quarantined, sum(duplicates) as duplicates from ops.balance',
      ),
    ).toEqual([{ days: 546, received: 69659, accepted: 69579, quarantined: 80, duplicates: 0 }]);
  });

  it('loses no cent and no customer', async () => {
    expect(
      await rows(
        warehouse,
        'select count(*) as n, sum(price) as total, min(dt) as first, max(dt) as last, count(distinct dt) as days from silver.transactions',
      ),
    ).toEqual([{ n: 69579, total: 2500315.63, first: '1997-01-01', last: '1998-06-30', days: 546 }]);
    expect(
      await rows(
        warehouse,
        "select count(distinct user_id) as n from (select user_id from silver.transactions union all select json_extract_scalar(payload, '$.user_id') from quarantine.transactions) as u",
      ),
    ).toEqual([{ n: 23570 }]);
  });

  it('has features as of each of the 18 month ends, which add up', async () => {
    const features = await rows(
      warehouse,
      'select dt, count(*) as customers, sum(total_spend) as spend, sum(purchase_frequency) as n from gold.customer_features group by dt order by dt',
    );
    expect(features).toHaveLength(18);
    expect(features.at(-1)).toEqual({ dt: '1998-06-30', customers: 23502, spend: 2500315.63, n: 69579 });
    expect(features[0]).toEqual(
      (
        await rows(
          warehouse,
          "select '1997-01-31' as dt, count(distinct user_id) as customers, sum(price) as spend, count(*) as n from silver.transactions where dt <= '1997-01-31'",
        )
      )[0],
    );
  });

  it('does nothing when nothing is new, also when the file comes again under another name', async () => {
    const copy = join(temporaryFolder(), 'again.csv.gz');
    cpSync(file, copy);
    expect((await sluice(warehouse, 'ingest', '--entity', 'transactions', copy)).out).toContain('ingested before');
    expect(await sluice(warehouse, 'run')).toMatchObject({ code: 0, out: 'Nothing is stale.\n' });
    expect((await sluice(warehouse, 'plan')).out).toContain('Nothing is stale');
  });
});
