import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { RunFigures } from '../../core/steps/run-figures.ts';
import { stepOf } from '../step-of.ts';
import { metrics } from '../telemetry.ts';
import { deployedWarehouse } from '../warehouse.ts';
import { finisher } from './finisher.ts';

const warehouse = await deployedWarehouse();

export const handler = stepOf('finish', finisher({ ...warehouse, onFigures: publishFigures }));

function publishFigures(figures: RunFigures): void {
  metrics.addMetric('PartitionsPublished', MetricUnit.Count, figures.published);
  metrics.addMetric('PartitionsFailed', MetricUnit.Count, figures.failed);
  metrics.addMetric('AuditFailures', MetricUnit.Count, figures.auditFailures);
  metrics.addMetric('BalanceBroken', MetricUnit.Count, figures.balanceBroken);
  metrics.addMetric('RunFailed', MetricUnit.Count, figures.failed > 0 ? 1 : 0);
  metrics.addMetric('RunDollars', MetricUnit.NoUnit, figures.dollars);
  if (figures.quarantineShare !== undefined)
    metrics.addMetric('QuarantineShare', MetricUnit.Percent, figures.quarantineShare);
  if (figures.freshnessHours !== undefined)
    metrics.addMetric('FreshnessHours', MetricUnit.NoUnit, figures.freshnessHours);
  metrics.publishStoredMetrics();
}
