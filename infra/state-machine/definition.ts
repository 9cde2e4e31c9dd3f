import { type BuildFunctions, batchStates } from './batch-states.ts';
import { onlyServiceRetries, patientRetries, readerRetries } from './retries.ts';
import { invoke } from './task.ts';

/** ARNs of the functions of a run, each of one published version. */
export interface RunFunctions extends BuildFunctions {
  readonly discover: string;
  readonly plan: string;
  readonly publish: string;
  readonly finish: string;
}

/**
 * A wave builds up to 100 days of each model, so that 300 are 80 years of history and the depth of the graph: reached only by
 * a defect, which then costs so many rounds and no more.
 */
const MOST_WAVES = 300;

const WAVE = { 'run.$': '$.run', 'wave.$': '$.wave', 'concurrency.$': '$.concurrency' };

/**
 * The state machine of a run in the Amazon States Language, as plain data: `daily` and `backfill` are both made from it.
 *
 *     Discover → Plan → done? → Finish
 *                 ↑       ↓ no
 *              Publish ← a map over the batches of the wave, inline or distributed
 *
 * A batch that fails is data for Publish, not the end of the run: everything that does not read it goes on. Finish fails the
 * execution in the end. A redrive therefore enters at Finish, which answers `again` and so begins a new round of discovery.
 *
 * @param partition of AWS, such as `aws`, for the ARNs of the service integrations
 */
export function runDefinition(functions: RunFunctions, partition: string) {
  const item = {
    ...Object.fromEntries(['run', 'wave', 'batch', 'engine'].map((key) => [`${key}.$`, `$$.Map.Item.Value.${key}`])),
    round: 0,
  };
  return {
    Comment: 'Sluice: plan, build, audit and publish in waves until nothing is stale',
    StartAt: 'Discover',
    // A wave's publisher gives up after twelve hours; a history of years has many waves.
    TimeoutSeconds: 7 * 86_400,
    States: {
      // What was asked for is read from the execution, not from the state: a redrive comes here from Finish.
      Discover: {
        ...invoke(partition, functions.discover, {
          'execution.$': '$$.Execution.Name',
          'startedAt.$': '$$.Execution.StartTime',
          'redrives.$': '$$.Execution.RedriveCount',
          'input.$': '$$.Execution.Input',
        }),
        OutputPath: '$.Payload',
        Retry: patientRetries,
        Next: 'Plan',
      },
      Plan: {
        ...invoke(partition, functions.plan, WAVE),
        OutputPath: '$.Payload',
        Retry: patientRetries,
        Next: 'IsAnythingStale',
      },
      IsAnythingStale: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.done', BooleanEquals: true, Next: 'Finish' },
          { Variable: '$.wave', NumericGreaterThan: MOST_WAVES, Next: 'TooManyWaves' },
          { Variable: '$.inline', BooleanEquals: true, Next: 'BuildWave' },
        ],
        Default: 'BuildLargeWave',
      },
      BuildWave: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemSelector: item,
        MaxConcurrencyPath: '$.concurrency',
        ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...batchStates(functions, partition, '', true) },
        ResultPath: '$.results',
        Next: 'Publish',
      },
      BuildLargeWave: {
        Type: 'Map',
        Label: 'LargeWave',
        ItemReader: {
          Resource: `arn:${partition}:states:::s3:getObject`,
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { 'Bucket.$': '$.bucket', 'Key.$': '$.itemsKey' },
        },
        ItemSelector: item,
        MaxConcurrencyPath: '$.concurrency',
        // A child that is lost leaves no outcome, which Publish counts as a failed batch.
        ToleratedFailurePercentage: 100,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          ...batchStates(functions, partition, 'OfLargeWave', false),
        },
        ResultPath: null,
        Retry: readerRetries,
        Next: 'LeaveResults',
      },
      // Outcomes travel by S3; those of a large wave would not fit into the state.
      LeaveResults: { Type: 'Pass', Parameters: { ...WAVE, results: null }, Next: 'Publish' },
      Publish: {
        ...invoke(partition, functions.publish, { ...WAVE, 'results.$': '$.results' }),
        OutputPath: '$.Payload',
        Retry: patientRetries,
        Next: 'Plan',
      },
      Finish: {
        ...invoke(partition, functions.finish, {
          'run.$': '$.run',
          'wave.$': '$.wave',
          'redrives.$': '$$.Execution.RedriveCount',
        }),
        OutputPath: '$.Payload',
        Retry: onlyServiceRetries,
        Next: 'IsRedriven',
      },
      IsRedriven: {
        Type: 'Choice',
        Choices: [
          {
            And: [
              { Variable: '$.again', IsPresent: true },
              { Variable: '$.again', BooleanEquals: true },
            ],
            Next: 'Discover',
          },
        ],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
      TooManyWaves: {
        Type: 'Fail',
        Error: 'TooManyWaves',
        Cause: `The plan was not empty after ${MOST_WAVES} waves, enough for 80 years of history. What was built is published. If there is so much, start again: it goes on where it was. Else look at the reasons in runs/<run>/ of the warehouse: a model whose rows differ each time it is built keeps its readers stale.`,
      },
    },
  };
}
