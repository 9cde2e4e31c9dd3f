import { mergeInS3 } from '../../adapters/aws/s3-merge-objects.ts';
import { catalogOf } from '../deployed-catalog.ts';
import { stepOf } from '../step-of.ts';
import { logger } from '../telemetry.ts';
import { deployedWarehouse } from '../warehouse.ts';
import { discoverer } from './discoverer.ts';

const warehouse = await deployedWarehouse();
const show = catalogOf(warehouse);

export const handler = stepOf(
  'discover',
  discoverer({
    ...warehouse,
    merge: mergeInS3(warehouse.store),
    repair: () => show(),
    onUnmerged: (error) => logger.warn('small objects were not merged, which makes the run slower', error as Error),
    onMoved: (records) => {
      if (records > 0) logger.info('records dated anew, by the contracts as they are now', { records });
    },
  }),
);
