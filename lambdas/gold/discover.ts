import type { Context } from 'aws-lambda';
import { mergeInS3 } from '../../adapters/aws/s3-merge-objects.ts';
import { sweepScratch } from '../../adapters/aws/sweep-scratch.ts';
import { catalogOf } from '../deployed-catalog.ts';
import { stepOf } from '../step-of.ts';
import { logger } from '../telemetry.ts';
import { deployedWarehouse } from '../warehouse.ts';
import { discoverer } from './discoverer.ts';

const warehouse = await deployedWarehouse();
const show = catalogOf(warehouse);

/** Left for everything but merging, which is only for speed: a backlog must get through. */
const NOT_FOR_MERGES_MS = 600_000;

export const handler = stepOf('discover', async (event: unknown, context: Context) => {
  await sweepScratch();
  return discoverer({
    ...warehouse,
    merge: mergeInS3(warehouse.store),
    hasTime: () => context.getRemainingTimeInMillis() > NOT_FOR_MERGES_MS,
    repair: () => show(),
    onUnmerged: (error) => logger.warn('small objects were not merged, which makes the run slower', error as Error),
    onUnshown: (error) => logger.error('the catalog does not show all that is published', error as Error),
    onMoved: (records) => {
      if (records > 0) logger.info('records dated anew, by the contracts as they are now', { records });
    },
  })(event);
});
