import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type MetricProps, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** What the functions publish, by the function that does. */
export type SluiceMetric =
  | 'RecordsReceived'
  | 'RecordsUnparsable'
  | 'ObjectsWritten'
  | 'BatchesFailed'
  | 'FilesIngested'
  | 'FilesRefused'
  | 'PartitionsPublished'
  | 'PartitionsFailed'
  | 'AuditFailures'
  | 'BalanceBroken'
  | 'QuarantineShare'
  | 'FreshnessHours'
  | 'RunDollars'
  | 'RunFailed'
  | 'CollectedObjects';

/** A metric of a deployment, as Powertools writes it: its only dimension is the deployment. */
export function sluiceMetric(deployment: string, metricName: SluiceMetric, props: Partial<MetricProps> = {}): Metric {
  return new Metric({
    namespace: 'Sluice',
    metricName,
    dimensionsMap: { deployment },
    statistic: Stats.SUM,
    period: Duration.minutes(5),
    ...props,
  });
}

/**
 * The sum of some metrics, of which one without data counts as 0. At most ten can be in one alarm.
 *
 * @param label one word in lower case; sums that are shown together have different ones
 */
export function sumOf(label: string, metrics: readonly Metric[]): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, i) => [`${label}${i}`, metric]));
  const filled = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
  return new MathExpression({
    expression: `SUM([${filled.join(', ')}])`,
    usingMetrics,
    label,
    period: Duration.minutes(5),
  });
}
