import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { GlueClient } from '@aws-sdk/client-glue';
import { CLIENT_SETTINGS } from '../../adapters/aws/client-settings.ts';
import { collectStaging } from '../../adapters/aws/staging-collect.ts';
import { findGarbage } from '../../core/ledger/find-garbage.ts';
import { setting, wholeSetting } from '../settings.ts';
import { stepOf } from '../step-of.ts';
import { metrics } from '../telemetry.ts';
import { deployedWarehouse } from '../warehouse.ts';

const { store, log, clock } = await deployedWarehouse();
const glue = new GlueClient(CLIENT_SETTINGS);
const DAY_MS = 86_400_000;
/** Four times what a publisher may take. */
const STAGING_KEPT_MS = 2 * DAY_MS;

/** Deletes what nothing refers to any more: superseded versions after the retention, and what died builds have left. */
export const handler = stepOf('collect', async () => {
  const retentionMs = wholeSetting('SLUICE_RETENTION_DAYS') * DAY_MS;
  const found = await findGarbage({ store, log, now: Date.parse(clock()), retentionMs });
  await store.delete(found.garbage.map(({ key }) => key));
  const staging = await collectStaging(glue, store, setting('SLUICE_DATABASES'), STAGING_KEPT_MS);
  metrics.addMetric('CollectedObjects', MetricUnit.Count, found.garbage.length + staging.objects);
  metrics.publishStoredMetrics();
  return { objects: found.garbage.length, stay: found.stay, staging };
});
