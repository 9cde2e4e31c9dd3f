import { randomUUID } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { CLIENT_SETTINGS } from '../../adapters/aws/client-settings.ts';
import { s3BulkLoader } from '../../adapters/aws/s3-bulk-loader.ts';
import { S3Store } from '../../adapters/aws/s3-store.ts';
import { sweepScratch } from '../../adapters/aws/sweep-scratch.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { setting } from '../settings.ts';
import { logger, metrics } from '../telemetry.ts';
import { deployedRouting } from './routing.ts';
import { dropTaker } from './take-drop.ts';

const client = new S3Client(CLIENT_SETTINGS);
const warehouse = new S3Store(client, setting('SLUICE_WAREHOUSE'));
const landing = new S3Store(client, setting('SLUICE_LANDING'));
const routing = deployedRouting();
const clock: Clock = () => new Date().toISOString();

const take = dropTaker({
  landing,
  routing,
  log: new CommitLog(warehouse, clock),
  load: s3BulkLoader({ landing, warehouse, routing }),
  newId: () => `drop-${randomUUID()}`,
  clock,
  logger,
  metrics,
});

/** Called for every object that is created in the landing bucket. */
export const handler = async (event: unknown): Promise<void> => {
  await sweepScratch();
  await take(event);
};
