import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import type { Context } from 'aws-lambda';
import { AthenaEngine } from '../../adapters/aws/athena-engine.ts';
import { CLIENT_SETTINGS } from '../../adapters/aws/client-settings.ts';
import { logBatch, logOutcome } from '../log-outcome.ts';
import { setting } from '../settings.ts';
import { builder } from '../silver/builder.ts';
import { stepOf } from '../step-of.ts';
import { logger } from '../telemetry.ts';
import { deployedWarehouse } from '../warehouse.ts';

const warehouse = await deployedWarehouse();
const athena = new AthenaClient(CLIENT_SETTINGS);
const glue = new GlueClient(CLIENT_SETTINGS);

export const handler = stepOf('query', (event: unknown, context: Context) => {
  const engine = new AthenaEngine({
    ...warehouse,
    athena,
    glue,
    databases: setting('SLUICE_DATABASES'),
    workgroup: setting('SLUICE_WORKGROUP'),
    deadline: () => context.getRemainingTimeInMillis(),
    onLeftBehind: (error) => logger.warn('staging tables were left behind: they are collected later', error as Error),
  });
  // The same attempt each time: the engine then finds its queries where they are, and starts none twice.
  const suffix = () => '';
  const dollars = () => engine.dollars;
  return builder({ ...warehouse, engine, suffix, dollars, onBatch: logBatch, onOutcome: logOutcome })(event);
});
