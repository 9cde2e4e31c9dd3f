import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  type Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { AlarmTopic } from './constructs/alarm-topic.ts';
import { type SluiceMetric, sluiceMetric, sumOf } from './constructs/metrics.ts';
import { PipelineDashboard } from './constructs/pipeline-dashboard.ts';
import { RunbookAlarm } from './constructs/runbook-alarm.ts';
import type { Deployment } from './deployment.ts';
import type { IngestStack } from './ingest-stack.ts';
import type { TransformStack } from './transform-stack.ts';

interface ObservabilityStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly key: IKey;
  readonly ingest: IngestStack;
  readonly transform: TransformStack;
}

interface Rise {
  readonly meaning: string;
  readonly metric: IMetric;
  /** The alarm rises above this. */
  readonly above: number;
  /** How many periods of how many must be above; one of one, if absent. */
  readonly periods?: number;
  readonly missing?: TreatMissingData;
}

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);

/** Alarms on every promise that can be broken, each with a runbook, and a dashboard. */
export class ObservabilityStack extends Stack {
  readonly #deployment: Deployment;
  readonly #topic: AlarmTopic;

  constructor(scope: Construct, id: string, { deployment, key, ingest, transform, ...props }: ObservabilityStackProps) {
    super(scope, id, props);
    this.#deployment = deployment;
    const { name, alarms } = deployment;
    this.#topic = new AlarmTopic(this, 'Topic', { name, key, email: alarms.email });
    const functions = [...Object.values(ingest.functions), ...Object.values(transform.functions)];
    const machines = [transform.daily, transform.backfill];

    const iteratorAge = ingest.functions.stream.metric('IteratorAge', {
      statistic: Stats.MAXIMUM,
      period: FIVE_MINUTES,
    });
    this.#add('iterator-age', {
      meaning:
        'Records wait in the stream for more than 15 minutes; after 6 days they are put aside, after 7 they are lost.',
      metric: iteratorAge,
      above: 15 * 60_000,
      periods: 3,
    });
    const source = (metricName: string) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { EventSourceMappingUUID: ingest.source.eventSourceMappingId },
        statistic: Stats.SUM,
        period: FIVE_MINUTES,
      });
    this.#add('failed-records', {
      meaning: 'Records of the stream were given up and put aside in the bucket for that, below aws/lambda/.',
      metric: sumOf('failed', [source('OnFailureDestinationDeliveredEventCount'), source('DroppedEventCount')]),
      above: 0,
    });
    this.#add('refused-files', {
      meaning: 'Dropped files were not taken.',
      metric: sumOf('refused', [this.#own('FilesRefused'), waiting(ingest.refused)]),
      above: 0,
    });
    this.#add('quarantine-share', {
      meaning: `More than ${alarms.quarantineShare} percent of the records that a run judged are in the quarantine.`,
      metric: this.#own('QuarantineShare', Stats.MAXIMUM),
      above: alarms.quarantineShare,
    });
    this.#add('balance-broken', {
      meaning: 'On some day received is not accepted + quarantined + duplicates. That day was not published.',
      metric: this.#own('BalanceBroken'),
      above: 0,
    });
    this.#add('freshness', {
      meaning: 'For 26 hours no run has shown that silver is fresher than 26 hours.',
      metric: sluiceMetric(name, 'FreshnessHours', { statistic: Stats.MINIMUM, period: HOUR }),
      above: 26,
      periods: 26,
      // No run at all is the case that matters most.
      missing: TreatMissingData.BREACHING,
    });
    const failedRuns = machines.flatMap((machine) => [
      machine.metricFailed({ period: FIVE_MINUTES }),
      machine.metricTimedOut({ period: FIVE_MINUTES }),
      machine.metricAborted({ period: FIVE_MINUTES }),
    ]);
    this.#add('failed-runs', {
      meaning:
        'A run failed: an audit found bad rows, or a statement could not be run. What failed is as it was before.',
      metric: sumOf('runs', [...failedRuns, this.#own('RunFailed')]),
      above: 0,
    });
    this.#add('missed-runs', {
      meaning: 'A schedule could not start what it should: the daily run or the collector.',
      metric: waiting(transform.missed),
      above: 0,
    });
    this.#add('run-cost', {
      meaning: `A run is estimated to have cost more than ${alarms.runDollars} dollars.`,
      metric: this.#own('RunDollars', Stats.MAXIMUM),
      above: alarms.runDollars,
    });
    const errors = sumOf('errors', [
      ...functions.map((each) => each.metricErrors({ period: FIVE_MINUTES })),
      // The stream's consumer does not end in an error when it cannot write: it has the batch delivered again.
      this.#own('BatchesFailed'),
    ]);
    this.#add('function-errors', {
      meaning: 'Functions end in errors, or the consumer of the stream cannot write, again and again.',
      metric: errors,
      above: 0,
      periods: 3,
    });
    this.#add('failed-collection', {
      meaning:
        'The collector ended in an error: what nothing refers to any more is kept, and paid for, until it works again.',
      metric: transform.functions.collect.metricErrors({ period: FIVE_MINUTES }),
      above: 0,
    });
    const throttles = sumOf(
      'throttles',
      functions.map((each) => each.metricThrottles({ period: FIVE_MINUTES })),
    );
    this.#add('function-throttles', {
      meaning: 'Functions are throttled: the account’s concurrency is used up.',
      metric: throttles,
      above: 0,
      periods: 6,
    });

    new PipelineDashboard(this, 'Dashboard', {
      deployment: name,
      iteratorAge,
      errors,
      throttles,
      runsFailed: machines.map((machine) => machine.metricFailed({ period: HOUR })),
      runSeconds: machines.map((machine) => machine.metricTime({ statistic: Stats.MAXIMUM, period: HOUR })),
    });
  }

  #add(name: string, { meaning, metric, above, periods = 1, missing }: Rise): Alarm {
    return new RunbookAlarm(this, name, {
      deployment: this.#deployment.name,
      meaning,
      action: new SnsAction(this.#topic),
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    });
  }

  #own(metric: SluiceMetric, statistic = Stats.SUM): Metric {
    return sluiceMetric(this.#deployment.name, metric, { statistic });
  }
}

function waiting(queue: IQueue): Metric {
  return queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: FIVE_MINUTES });
}
