import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { setting } from './settings.ts';

/** JSON lines to CloudWatch. No payloads: they may hold personal data. */
export const logger = new Logger();

/** CloudWatch metrics, written as log lines (EMF), by deployment and nothing else: several functions count into the same. */
export const metrics = new Metrics();
// Else Powertools adds the service as a dimension, and the alarms look for metrics without.
metrics.clearDefaultDimensions();
metrics.setDefaultDimensions({ deployment: setting('SLUICE_NAME') });
