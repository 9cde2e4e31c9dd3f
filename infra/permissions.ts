/** Every function of a deployment, by the name it has after the deployment's: `<name>-stream` and so on. */
export type FunctionName =
  | 'stream'
  | 'drop'
  | 'discover'
  | 'plan'
  | 'build'
  | 'query'
  | 'publish'
  | 'finish'
  | 'collect';

/** What a function may do, as data: a test holds it against the commands that the function's code can send. */
export interface Statement {
  readonly actions: readonly string[];
  /** ARNs, in which `{…}` stands for what the deployment has: see `Places` in constructs/place.ts. */
  readonly resources: readonly string[];
  /** Why resources end in a wildcard, for whoever reviews the policy. */
  readonly why?: string;
}

const NAMED_LATER = 'The code names its objects when it writes them; the prefix is as narrow as their purpose.';

const read = (...prefixes: string[]): Statement => ({
  actions: ['s3:GetObject'],
  resources: prefixes.map((prefix) => `{warehouse}/${prefix}/*`),
  why: NAMED_LATER,
});

const write = (...prefixes: string[]): Statement => ({ ...read(...prefixes), actions: ['s3:PutObject'] });

const remove = (...prefixes: string[]): Statement => ({ ...read(...prefixes), actions: ['s3:DeleteObject'] });

/** Of the whole bucket: without it S3 answers 403 instead of 404 for an object that is not there, which is no error here. */
const LIST: Statement = { actions: ['s3:ListBucket'], resources: ['{warehouse}'] };

const ENCRYPTED: Statement = { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['{key}'] };

/** The commit log: commits are created, never replaced, by the code; checkpoints and the hint of the newest are written too. */
const READ_LOG = [read('log'), LIST];
const COMMIT = [read('log'), write('log'), LIST];

/** What models write. */
const TABLES = ['silver', 'quarantine', 'gold', 'ops'];
const LAYERS = ['bronze', ...TABLES];

/** The key for pseudonyms: made by who begins a run, read by who builds, and by nobody else. */
const READ_KEY = read('keys');
const MAKE_KEY = [READ_KEY, write('keys')];

const OF_THE_DEPLOYMENT = 'Tables of databases that bear the name of this deployment, which no other can have.';

const PUBLISHED = [
  '{glue}:catalog',
  ...LAYERS.map((layer) => `{glue}:database/{databases}_${layer}`),
  ...LAYERS.map((layer) => `{glue}:table/{databases}_${layer}/*`),
];

/** Makes the published tables in Glue show what the log says. */
const PROJECT: Statement = {
  actions: [
    'glue:GetPartitions',
    'glue:BatchCreatePartition',
    'glue:BatchUpdatePartition',
    'glue:BatchDeletePartition',
  ],
  resources: PUBLISHED,
  why: OF_THE_DEPLOYMENT,
};

const RUN_SCOPED = 'Staging databases are named after the run that makes and drops them.';

const STAGING = ['{glue}:catalog', '{glue}:database/{databases}_staging_*', '{glue}:table/{databases}_staging_*/*'];

/** Glue asks for this as well to delete a database that might have functions. */
const STAGING_FUNCTIONS = '{glue}:userDefinedFunction/{databases}_staging_*/*';

const DROP_STAGING: Statement = {
  actions: ['glue:GetTables', 'glue:BatchDeleteTable', 'glue:DeleteTable', 'glue:DeleteDatabase'],
  resources: [...STAGING, STAGING_FUNCTIONS],
  why: RUN_SCOPED,
};

/** Athena works with the permissions of whoever starts the query: on S3, on Glue and on the key. */
const QUERY: readonly Statement[] = [
  {
    actions: ['athena:StartQueryExecution', 'athena:GetQueryExecution', 'athena:GetQueryResults'],
    resources: ['{workgroup}'],
  },
  { actions: ['athena:GetDataCatalog'], resources: ['{athena}:datacatalog/AwsDataCatalog'] },
  {
    actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
    resources: ['{warehouse}', '{results}'],
  },
  read(...LAYERS, 'tmp', 'runs', 'log'),
  write(...TABLES, 'tmp', 'runs'),
  {
    actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
    resources: [...TABLES, 'tmp'].map((prefix) => `{warehouse}/${prefix}/*`),
    why: NAMED_LATER,
  },
  {
    actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
    resources: ['{results}/pipeline/*'],
    why: 'Athena names results after the id of their query.',
  },
  {
    actions: [
      'glue:GetDatabase',
      'glue:CreateDatabase',
      'glue:GetTable',
      'glue:CreateTable',
      'glue:UpdateTable',
      'glue:GetPartition',
      'glue:GetPartitions',
      'glue:BatchGetPartition',
      'glue:CreatePartition',
      'glue:BatchCreatePartition',
    ],
    resources: STAGING,
    why: RUN_SCOPED,
  },
  DROP_STAGING,
  // Athena looks the database `default` up before every query.
  { actions: ['glue:GetDatabase'], resources: ['{glue}:catalog', '{glue}:database/default'] },
  remove('tmp'),
];

/** What each function may do besides writing its log and its traces, which every one may. */
export const permissions: Readonly<Record<FunctionName, readonly Statement[]>> = {
  stream: [
    {
      actions: [
        'kinesis:DescribeStream',
        'kinesis:DescribeStreamSummary',
        'kinesis:GetRecords',
        'kinesis:GetShardIterator',
        'kinesis:ListShards',
      ],
      resources: ['{stream}'],
    },
    write('bronze'),
    // Where Lambda itself puts batches that were given up, in the name of the function.
    {
      actions: ['s3:PutObject'],
      resources: ['{givenUp}/aws/lambda/*'],
      why: 'Lambda names what it puts there after the event source, the shard and the time.',
    },
    { actions: ['s3:ListBucket'], resources: ['{givenUp}'] },
    ENCRYPTED,
  ],
  drop: [
    {
      actions: ['s3:GetObject'],
      resources: ['{landing}/*'],
      why: 'Whoever drops a file chooses its name.',
    },
    { actions: ['s3:ListBucket'], resources: ['{landing}'] },
    {
      actions: ['s3:PutObject'],
      resources: ['{landing}/refused/*'],
      why: 'A note bears the name of the file that it says was refused, and why.',
    },
    ...COMMIT,
    write('bronze'),
    { actions: ['sqs:SendMessage'], resources: ['{refused}'] },
    ENCRYPTED,
  ],
  discover: [...COMMIT, ...MAKE_KEY, read('bronze', 'runs'), write('bronze', 'runs'), PROJECT, ENCRYPTED],
  plan: [
    ...READ_LOG,
    read('runs'),
    write('runs'),
    {
      actions: ['lambda:GetFunctionConfiguration'],
      resources: ['{lambda}:function:{name}-plan:*'],
      why: 'Its own versions: when the one that runs was published is the release of the code.',
    },
    ENCRYPTED,
  ],
  build: [...READ_LOG, READ_KEY, read(...LAYERS, 'runs'), write(...TABLES, 'runs'), ENCRYPTED],
  query: [...QUERY, READ_KEY, ENCRYPTED],
  publish: [...COMMIT, read('runs'), write('runs', 'bronze/_manifests'), PROJECT, ENCRYPTED],
  finish: [...READ_LOG, read('runs'), write('runs'), ENCRYPTED],
  collect: [
    ...READ_LOG,
    read('bronze'),
    remove(...LAYERS, 'tmp'),
    {
      actions: ['glue:GetDatabases'],
      resources: ['{glue}:catalog', '{glue}:database/*'],
      why: 'Glue lists databases all or none; only names and marks are read, to find staging databases left behind.',
    },
    DROP_STAGING,
    ENCRYPTED,
  ],
};
