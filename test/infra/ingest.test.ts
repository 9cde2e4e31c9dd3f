import { describe, expect, it } from 'vitest';
import { STREAM_RETENTION_DAYS } from '../../core/bronze/bronze-object.ts';
import { functions } from '../../infra/functions.ts';
import { resourcesOf } from './synthesize.ts';

const only = (type: string, from = resourcesOf()) => {
  const [found, ...others] = from.filter(({ Type }) => Type === type);
  expect(others).toEqual([]);
  return found!.Properties;
};

describe('The stream', () => {
  it('is kept as long as discovery looks back for it', () => {
    const { RetentionPeriodHours, StreamModeDetails } = only('AWS::Kinesis::Stream');
    expect(RetentionPeriodHours / 24).toBe(STREAM_RETENTION_DAYS - 1);
    expect(StreamModeDetails).toEqual({ StreamMode: 'ON_DEMAND' });
  });

  it('can have shards of its own', () => {
    const { ShardCount, StreamModeDetails } = only(
      'AWS::Kinesis::Stream',
      resourcesOf({ stream: { mode: 'provisioned', shards: 8 } }),
    );
    expect({ ShardCount, StreamModeDetails }).toEqual({
      ShardCount: 8,
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    });
  });

  it('is read so that a bad record neither blocks the others nor is lost', () => {
    const source = only('AWS::Lambda::EventSourceMapping', resourcesOf({ batchingWindow: 20 }));
    expect(source).toMatchObject({
      ...{ BatchSize: 10_000, MaximumBatchingWindowInSeconds: 20, StartingPosition: 'TRIM_HORIZON' },
      ...{ BisectBatchOnFunctionError: true, FunctionResponseTypes: ['ReportBatchItemFailures'] },
      DestinationConfig: { OnFailure: { Destination: { 'Fn::ImportValue': expect.stringContaining('GivenUp') } } },
    });
    expect(source.MaximumRetryAttempts).toBeLessThan(1000);
    expect(source.MaximumRecordAgeInSeconds).toBeLessThan(only('AWS::Kinesis::Stream').RetentionPeriodHours * 3600);
    // Storage that refuses a batch has half a day to be mended: each try takes three quarters of the call, and more.
    const pace = (functions.stream.timeout - 10) * 0.75;
    expect((source.MaximumRetryAttempts * pace) / 3600).toBeGreaterThan(12);
    // Else the alarm on given-up records would have no metric.
    expect(source.MetricsConfig).toEqual({ Metrics: ['EventCount'] });
  });
});

describe('The landing bucket', () => {
  it('tells of its files, and what cannot be taken is put aside after bounded retries', () => {
    const resources = resourcesOf();
    const landing = resources.find(({ Type, id }) => Type === 'AWS::S3::Bucket' && id.startsWith('Landing'))!;
    expect(landing.Properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    const { EventPattern, Targets } = only('AWS::Events::Rule', resources);
    expect(EventPattern['detail-type']).toEqual(['Object Created']);
    expect(EventPattern.detail.object).toEqual({ key: [{ 'anything-but': { prefix: 'refused/' } }] });
    expect(Targets).toMatchObject([
      { DeadLetterConfig: { Arn: expect.anything() }, RetryPolicy: { MaximumRetryAttempts: 20 } },
    ]);
    const retries = only('AWS::Lambda::EventInvokeConfig', resources);
    expect(retries).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 6 * 3600 });
    expect(retries.DestinationConfig.OnFailure.Destination).toEqual(Targets[0].DeadLetterConfig.Arn);
  });

  it('can do without a share of the account’s concurrency', () => {
    const drop = (config = {}) =>
      resourcesOf(config).find(({ Properties }) => Properties.FunctionName === 'sluice-drop')!.Properties;
    expect(drop().ReservedConcurrentExecutions).toBe(4);
    expect(drop({ lambda: { dropsAtOnce: null } })).not.toHaveProperty('ReservedConcurrentExecutions');
  });
});
