import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { setting } from './settings.ts';

/** JSON lines to CloudWatch. No payloads: they may hold personal data. */
export const logger = new Logger();

/** CloudWatch metrics, written as log lines (EMF), by deployment. */
export const metrics = new Metrics({ defaultDimensions: { deployment: setting('SLUICE_NAME') } });

/** What a function tells of itself. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
}
