/** What AWS charges in us-east-1, by list price, in dollars. Checked by hand: the pages are not read by any test. */
export interface Price {
  readonly dollars: number;
  /** So many of `unit`. */
  readonly per: number;
  readonly unit: string;
  readonly page: string;
}

const S3 = 'https://aws.amazon.com/s3/pricing/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const KINESIS = 'https://aws.amazon.com/kinesis/data-streams/pricing/';
const KMS = 'https://aws.amazon.com/kms/pricing/';

export const prices = {
  lambdaTime: { dollars: 0.0000133334, per: 1, unit: 'GB-second of Lambda, arm64', page: LAMBDA },
  lambdaCall: { dollars: 0.2, per: 1e6, unit: 'calls of Lambda', page: LAMBDA },
  put: { dollars: 0.005, per: 1000, unit: 'PUT or LIST requests to S3', page: S3 },
  get: { dollars: 0.0004, per: 1000, unit: 'GET requests to S3', page: S3 },
  storage: { dollars: 0.023, per: 1, unit: 'GB-month in S3 Standard', page: S3 },
  scan: { dollars: 5, per: 1000, unit: 'GB scanned by Athena', page: 'https://aws.amazon.com/athena/pricing/' },
  transition: {
    dollars: 0.025,
    per: 1000,
    unit: 'state transitions, Standard',
    page: 'https://aws.amazon.com/step-functions/pricing/',
  },
  glue: { dollars: 1, per: 1e6, unit: 'requests to the Glue catalog', page: 'https://aws.amazon.com/glue/pricing/' },
  key: { dollars: 1, per: 1, unit: 'key-month', page: KMS },
  keyUse: { dollars: 0.03, per: 10_000, unit: 'requests to KMS', page: KMS },
  metric: { dollars: 0.3, per: 1, unit: 'custom metric-month', page: CLOUDWATCH },
  alarm: { dollars: 0.1, per: 1, unit: 'metric-month in alarms', page: CLOUDWATCH },
  dashboard: { dollars: 3, per: 1, unit: 'dashboard-month', page: CLOUDWATCH },
  log: { dollars: 0.5, per: 1, unit: 'GB of logs', page: CLOUDWATCH },
  stream: { dollars: 0.04, per: 1, unit: 'stream-hour of Kinesis, on-demand', page: KINESIS },
  streamIn: { dollars: 0.08, per: 1, unit: 'GB into Kinesis, on-demand', page: KINESIS },
  streamOut: { dollars: 0.04, per: 1, unit: 'GB out of Kinesis, on-demand', page: KINESIS },
  streamKept: { dollars: 0.1, per: 1, unit: 'GB-month kept by Kinesis after its first day, on-demand', page: KINESIS },
  trace: { dollars: 5, per: 1e6, unit: 'traces recorded', page: 'https://aws.amazon.com/xray/pricing/' },
} as const satisfies Record<string, Price>;
