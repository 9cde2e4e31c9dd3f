import { catalogOf } from '../deployed-catalog.ts';
import { stepOf } from '../step-of.ts';
import { deployedWarehouse } from '../warehouse.ts';
import { publisher } from './publisher.ts';

const warehouse = await deployedWarehouse();

export const handler = stepOf('publish', publisher({ ...warehouse, show: catalogOf(warehouse) }));
