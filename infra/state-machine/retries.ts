/** Lambda itself failed: nothing is known of the function, so asking again is right. */
const SERVICE_ERROR = {
  ErrorEquals: ['Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException'],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxAttempts: 6,
  MaxDelaySeconds: 60,
  JitterStrategy: 'FULL',
};

/** The account's concurrency is used up, by a backfill beside the daily run, say: that passes, within 20 minutes or not at all. */
const THROTTLED = {
  ErrorEquals: ['Lambda.TooManyRequestsException'],
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxAttempts: 15,
  MaxDelaySeconds: 120,
  JitterStrategy: 'FULL',
};

/** What was asked for, or how it is deployed, is wrong: it will be wrong again. */
const MISTAKEN = { ErrorEquals: ['UsageError', 'ConfigurationError'], MaxAttempts: 0, JitterStrategy: 'FULL' };

const CRASHED = ['States.TaskFailed', 'States.Timeout'];

/** S3 or Athena did not answer, after all tries of the SDK, or ended a query for reasons of its own: that passes. */
const UNREACHED = {
  ErrorEquals: ['EngineError', 'StorageError'],
  IntervalSeconds: 60,
  BackoffRate: 2,
  MaxAttempts: 3,
  JitterStrategy: 'FULL',
};

/** S3 did not give the list of a wave's batches: that passes. What was built by then is found, and is not built again. */
export const readerRetries = [
  {
    ErrorEquals: ['States.ItemReaderFailed'],
    IntervalSeconds: 10,
    BackoffRate: 2,
    MaxAttempts: 5,
    MaxDelaySeconds: 120,
    JitterStrategy: 'FULL',
  },
];

/** A batch that crashes or times out (out of memory, say) may do so again: once more, no oftener. */
export const batchRetries = [
  SERVICE_ERROR,
  THROTTLED,
  UNREACHED,
  { ErrorEquals: CRASHED, IntervalSeconds: 5, MaxAttempts: 1, JitterStrategy: 'FULL' },
];

/** What the whole run hangs on, and is safe to repeat: a commit made twice is found in the log. */
export const patientRetries = [
  MISTAKEN,
  SERVICE_ERROR,
  THROTTLED,
  { ErrorEquals: CRASHED, IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 3, JitterStrategy: 'FULL' },
];

/** Finish throws on purpose when something failed. Repeating that would not change it, and would report it twice. */
export const onlyServiceRetries = [SERVICE_ERROR, THROTTLED];
