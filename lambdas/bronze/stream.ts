import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { STREAM_CLIENT_SETTINGS } from '../../adapters/aws/client-settings.ts';
import { S3Store } from '../../adapters/aws/s3-store.ts';
import { setting } from '../settings.ts';
import { logger, metrics } from '../telemetry.ts';
import { paced } from './pace-failures.ts';
import { deployedRouting } from './routing.ts';
import { batchWriter } from './write-batch.ts';

const write = batchWriter({
  store: new S3Store(new S3Client(STREAM_CLIENT_SETTINGS), setting('SLUICE_WAREHOUSE')),
  routing: deployedRouting(),
  logger,
  metrics,
});

/** The consumer of the Kinesis stream, a batch of one shard a call. */
export const handler = paced(write, sleep);
