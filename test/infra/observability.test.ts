import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resourcesOf } from './synthesize.ts';

const resources = resourcesOf({ alarms: { email: 'ops@example.com', quarantineShare: 2, runDollars: 12 } });
const alarms = new Map(
  resources
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => [Properties.AlarmName as string, Properties]),
);

describe('Alarms', () => {
  it('are on everything that is promised', () => {
    expect([...alarms.keys()].sort()).toEqual(
      [
        ...[
          'balance-broken',
          'failed-collection',
          'failed-records',
          'failed-runs',
          'freshness',
          'function-errors',
          'function-throttles',
        ],
        ...['iterator-age', 'missed-runs', 'quarantine-share', 'refused-files', 'run-cost'],
      ].map((name) => `sluice-${name}`),
    );
    expect(resources.filter(({ Type }) => Type === 'AWS::CloudWatch::CompositeAlarm')).toEqual([]);
  });

  it('tell somebody, when they rise and when they end', () => {
    for (const { AlarmActions, OKActions } of alarms.values()) {
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
    }
    const policies = resources.filter(({ Type }) => Type === 'AWS::SNS::TopicPolicy');
    const allowed = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(allowed).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
      }),
    );
    const subscriptions = resources.filter(({ Type }) => Type === 'AWS::SNS::Subscription');
    expect(subscriptions).toMatchObject([{ Properties: { Protocol: 'email', Endpoint: 'ops@example.com' } }]);
  });

  const runbook = 'docs/operations.md';

  it('say what is the matter, and where the runbook is', () => {
    for (const [name, { AlarmDescription }] of alarms) {
      const anchor = name.replace('sluice-', '');
      expect(AlarmDescription).toMatch(/^[A-Z].+\. Runbook: /);
      expect(AlarmDescription.endsWith(`Runbook: ${runbook}#${anchor}`)).toBe(true);
    }
  });

  it('have a heading each in the runbook', () => {
    const headings = [...readFileSync(runbook, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(/\s/g, '-'),
    );
    for (const name of alarms.keys()) expect(headings).toContain(name.replace('sluice-', ''));
  });

  it('look at the metrics of their deployment only', () => {
    const metrics = [...alarms.values()].flatMap(({ Metrics, ...alarm }) =>
      Metrics
        ? Metrics.flatMap(({ MetricStat }: { MetricStat?: { Metric: unknown } }) => MetricStat?.Metric ?? [])
        : [alarm],
    );
    const own = metrics.filter(({ Namespace }) => Namespace === 'Sluice');
    expect(own.map(({ MetricName }) => MetricName).sort()).toEqual(
      [
        'BalanceBroken',
        'BatchesFailed',
        'FilesRefused',
        'FreshnessHours',
        'QuarantineShare',
        'RunDollars',
        'RunFailed',
      ].sort(),
    );
    for (const { Dimensions } of own) expect(Dimensions).toEqual([{ Name: 'deployment', Value: 'sluice' }]);
    for (const { Dimensions } of metrics) expect(Dimensions).toHaveLength(1);
  });

  it('rise where the deployment says', () => {
    expect(alarms.get('sluice-quarantine-share')!.Threshold).toBe(2);
    expect(alarms.get('sluice-run-cost')!.Threshold).toBe(12);
  });

  it('take silence for stale tables, and for nothing else', () => {
    for (const [name, { TreatMissingData, Period, EvaluationPeriods }] of alarms) {
      expect(TreatMissingData).toBe(name === 'sluice-freshness' ? 'breaching' : 'notBreaching');
      if (name === 'sluice-freshness') expect(Period * EvaluationPeriods).toBe(26 * 3600);
    }
  });
});
