import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';
import { type SluiceMetric, sluiceMetric } from './metrics.ts';

interface PipelineDashboardProps {
  readonly deployment: string;
  readonly iteratorAge: IMetric;
  readonly errors: IMetric;
  readonly throttles: IMetric;
  readonly runsFailed: readonly IMetric[];
  readonly runSeconds: readonly IMetric[];
}

/** One page: what comes in, what comes out, what it costs, what goes wrong. */
export class PipelineDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: PipelineDashboardProps) {
    super(scope, id, { dashboardName: accountWideName(scope, props.deployment), defaultInterval: Duration.days(7) });
    const metric = (name: SluiceMetric, statistic = Stats.SUM, period = Duration.hours(1)) =>
      sluiceMetric(props.deployment, name, { statistic, period });
    const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
      new GraphWidget({ title, left, right, width: 8, height: 6, leftYAxis: { min: 0 }, rightYAxis: { min: 0 } });

    this.addWidgets(
      graph('Received', [metric('RecordsReceived')], [metric('RecordsUnparsable')]),
      graph('Into bronze', [metric('ObjectsWritten')], [metric('FilesIngested'), metric('FilesRefused')]),
      graph('Behind the stream', [props.iteratorAge]),
    );
    this.addWidgets(
      graph('Published', [metric('PartitionsPublished')], [metric('PartitionsFailed'), metric('AuditFailures')]),
      graph(
        'Quarantine (percent), broken balances',
        [metric('QuarantineShare', Stats.MAXIMUM)],
        [metric('BalanceBroken')],
      ),
      graph('Hours behind', [metric('FreshnessHours', Stats.MINIMUM)]),
    );
    this.addWidgets(
      graph('Runs: seconds', [...props.runSeconds], [...props.runsFailed]),
      graph('Runs: estimated dollars', [metric('RunDollars')], [metric('CollectedObjects')]),
      graph('Functions', [props.errors], [props.throttles]),
    );
  }
}
