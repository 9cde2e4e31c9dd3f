import { beforeAll, expect, it, vi } from 'vitest';
import { sluiceMetric } from '../../infra/constructs/metrics.ts';
import { resourcesOf } from './synthesize.ts';

const environment: Record<string, string> = resourcesOf().find(
  ({ Properties }) => Properties.FunctionName === 'sluice-finish',
)!.Properties.Environment.Variables;

beforeAll(() => {
  for (const [name, value] of Object.entries(environment))
    vi.stubEnv(name, typeof value === 'string' ? value : 'a-bucket');
});

it('alarms look for metrics under the name and dimensions by which functions publish them', async () => {
  const { metrics } = await import('../../lambdas/telemetry.ts');
  metrics.addMetric('RunDollars', 'Count', 1);
  const [published] = metrics.serializeMetrics()._aws.CloudWatchMetrics;
  metrics.clearMetrics();
  const { namespace, metricName, dimensions } = sluiceMetric('sluice', 'RunDollars').toMetricConfig().metricStat!;
  expect(published!.Namespace).toBe(namespace);
  expect(published!.Metrics.map(({ Name }) => Name)).toEqual([metricName]);
  expect(published!.Dimensions).toEqual([dimensions!.map(({ name }) => name)]);
  expect(dimensions).toEqual([{ name: 'deployment', value: environment.SLUICE_NAME }]);
});
