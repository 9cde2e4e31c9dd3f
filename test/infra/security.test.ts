import { describe, expect, it } from 'vitest';
import { functions } from '../../infra/functions.ts';
import { permissions } from '../../infra/permissions.ts';
import { type Resource, resourcesOf } from './synthesize.ts';

const resources = resourcesOf({ region: 'eu-west-1' });
const of = (type: string, from = resources): Resource[] => from.filter(({ Type }) => Type === type);
const named = (type: string, id: RegExp) => of(type).find((resource) => id.test(resource.id))!;

// biome-ignore lint/suspicious/noExplicitAny: IAM statements as JSON.
type Statement = Record<string, any>;
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Every statement of every policy that allows somebody something. */
const allowed = resources.flatMap(({ id, Properties }) =>
  [Properties.PolicyDocument, ...(Properties.Policies ?? []).map((policy: Statement) => policy.PolicyDocument)]
    .filter(Boolean)
    .flatMap((document): Statement[] => list(document.Statement))
    .filter(({ Effect }) => Effect === 'Allow')
    .map((statement) => ({ id, actions: list<string>(statement.Action), statement })),
);

describe('Data', () => {
  const buckets = of('AWS::S3::Bucket');

  it('is encrypted with the key of the deployment, which rotates', () => {
    expect(of('AWS::KMS::Key')).toMatchObject([{ Properties: { EnableKeyRotation: true } }]);
    expect(buckets).toHaveLength(5);
    for (const { id, Properties } of buckets) {
      const [rule] = Properties.BucketEncryption.ServerSideEncryptionConfiguration;
      // What the key or the warehouse refuse has a place all the same, and S3 cannot write its logs under any key.
      const algorithm = /^(AccessLogs|GivenUp)/.test(id) ? 'AES256' : 'aws:kms';
      expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe(algorithm);
      if (algorithm === 'aws:kms') expect(rule.BucketKeyEnabled).toBe(true);
    }
    expect(of('AWS::Kinesis::Stream')[0]!.Properties.StreamEncryption).toMatchObject({ EncryptionType: 'KMS' });
    for (const group of of('AWS::Logs::LogGroup')) expect(group.Properties.KmsKeyId).toBeDefined();
    for (const topic of of('AWS::SNS::Topic')) expect(topic.Properties.KmsMasterKeyId).toBeDefined();
    for (const queue of of('AWS::SQS::Queue')) expect(queue.Properties.SqsManagedSseEnabled).toBe(true);
    for (const { Properties } of of('AWS::Athena::WorkGroup')) {
      const { EncryptionConfiguration } = Properties.WorkGroupConfiguration.ResultConfiguration;
      expect(EncryptionConfiguration.EncryptionOption).toBe('SSE_KMS');
    }
  });

  it('is not public, and moves by TLS only', () => {
    for (const { id, Properties } of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
      const policy = of('AWS::S3::BucketPolicy').find((each) => each.Properties.Bucket.Ref === id)!;
      expect(policy.Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          ...{ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' } },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
      if (!id.startsWith('AccessLogs')) expect(Properties.LoggingConfiguration).toBeDefined();
    }
  });

  it('is retained when its stack is deleted', () => {
    const holding = ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Kinesis::Stream'].flatMap((type) => of(type));
    expect(holding).toHaveLength(7);
    for (const { DeletionPolicy } of holding) expect(DeletionPolicy).toBe('Retain');
  });

  it('goes with its stack only behind both locks', () => {
    expect(() => resourcesOf({ removal: 'destroy' })).toThrow(/i-know-this-deletes-all-data=sluice/);
    const destroyed = resourcesOf({ removal: 'destroy' }, { 'i-know-this-deletes-all-data': 'sluice' });
    for (const { DeletionPolicy } of of('AWS::S3::Bucket', destroyed)) expect(DeletionPolicy).toBe('Delete');
  });

  it('has a commit log and keys that S3 lets nobody rewrite', () => {
    const { PolicyDocument } = named('AWS::S3::BucketPolicy', /^Warehouse/).Properties;
    const denied = PolicyDocument.Statement.filter(({ Sid }: Statement) => Sid?.startsWith('Commits'));
    expect(denied).toMatchObject([
      { Effect: 'Deny', Action: 's3:PutObject', Condition: { Null: { 's3:if-none-match': 'true' } } },
      { Effect: 'Deny', Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'] },
    ]);
    for (const { Resource } of denied) {
      expect(JSON.stringify(Resource)).toContain('"/log/commits/*"');
      expect(JSON.stringify(Resource)).toContain('"/keys/*"');
    }
  });

  it('is never deleted for its age in the warehouse, the landing bucket, or where batches were given up', () => {
    for (const id of [/^Warehouse/, /^Landing/, /^GivenUp/]) {
      const { LifecycleConfiguration } = named('AWS::S3::Bucket', id).Properties;
      for (const rule of LifecycleConfiguration.Rules) {
        // What runs hand from step to step tells of nothing that is published.
        if (rule.Prefix === 'runs/') continue;
        expect(rule).not.toHaveProperty('ExpirationInDays');
        expect(rule).not.toHaveProperty('ExpirationDate');
        expect(rule).not.toHaveProperty('Transitions');
      }
    }
    const { Rules } = named('AWS::S3::Bucket', /^Warehouse/).Properties.LifecycleConfiguration;
    expect(Rules).toMatchObject([
      { Id: 'unfinished-uploads' },
      { Id: 'old-runs', Prefix: 'runs/' },
      { Id: 'deleted', NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
      { Id: 'deleted-staging', Prefix: 'tmp/', NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    ]);
    expect(named('AWS::S3::Bucket', /^Warehouse/).Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  });
});

describe('Policies', () => {
  it('name what they allow: no wildcard among actions, and among resources only where AWS knows none', () => {
    const withoutResource = new Set<string>();
    for (const { id, actions, statement } of allowed) {
      for (const action of actions) expect(`${id} ${action}`).not.toContain('*');
      if (list(statement.Resource).includes('*')) for (const action of actions) withoutResource.add(action);
    }
    expect([...withoutResource].sort()).toEqual([
      'athena:ListDataCatalogs',
      'athena:ListWorkGroups',
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('of functions reach no service, bucket or database as a whole', () => {
    for (const [name, statements] of Object.entries(permissions)) {
      for (const { actions, resources, why } of statements) {
        for (const action of actions) expect(`${name} ${action}`).not.toContain('*');
        for (const resource of resources) {
          expect(`${name} ${resource}`).toMatch(/\{\w+\}/);
          if (resource.startsWith('{warehouse}/')) expect(resource).toMatch(/^\{warehouse\}\/\w[\w/]+\/\*$/);
          if (resource.includes('*')) expect(why, `${name} ${resource}`).toBeDefined();
        }
      }
    }
  });

  it('let nothing but the collector delete what was published, and nothing change or delete the commit log', () => {
    const deleting = Object.entries(permissions).flatMap(([name, statements]) =>
      statements
        .filter(({ actions }) => actions.includes('s3:DeleteObject'))
        .flatMap(({ resources }) => resources.map((resource) => `${name} ${resource}`)),
    );
    expect(deleting.filter((each) => !each.endsWith('/tmp/*'))).toEqual(
      ['bronze', 'silver', 'quarantine', 'gold', 'ops'].map((layer) => `collect {warehouse}/${layer}/*`),
    );
    const everything = JSON.stringify(allowed);
    for (const action of [
      's3:DeleteObjectVersion',
      's3:PutLifecycleConfiguration',
      's3:PutBucketPolicy',
      'iam:PassRole',
    ])
      expect(everything).not.toContain(action);
  });

  it('give analysts what was checked, in their workgroup, and nothing to write but results', () => {
    const { Properties } = named('AWS::IAM::ManagedPolicy', /^AnalystPolicy/);
    const statements: Statement[] = Properties.PolicyDocument.Statement;
    const text = JSON.stringify(statements);
    expect(text).not.toMatch(/bronze|glue:(Create|Update|Delete|Batch(Create|Update|Delete))/);
    const writing = statements.filter(({ Action }) => list<string>(Action).includes('s3:PutObject'));
    expect(writing).toHaveLength(1);
    expect(JSON.stringify(writing[0]!.Resource)).toMatch(/Results[^,]*"\},"\/analysts\/\*"/);
    expect(Properties.ManagedPolicyName).toBe('sluice-analyst-eu-west-1');
  });

  it('give nobody but functions bronze or a key, and the quarantine to operators only', () => {
    const reaching = (what: string) =>
      of('AWS::IAM::ManagedPolicy')
        .filter(({ Properties }) => JSON.stringify(Properties.PolicyDocument).includes(what))
        .map(({ Properties }) => Properties.ManagedPolicyName);
    for (const what of ['"/bronze/*"', '_bronze/', '"/keys/*"', '"/tmp/*"', '"/runs/*"'])
      expect(reaching(what)).toEqual([]);
    for (const what of ['"/quarantine/*"', '_quarantine/*'])
      expect(reaching(what)).toEqual(['sluice-operator-eu-west-1']);
    expect(reaching('"/silver/*"')).toEqual(['sluice-analyst-eu-west-1']);
    const operator: Statement[] = named('AWS::IAM::ManagedPolicy', /^OperatorPolicy/).Properties.PolicyDocument
      .Statement;
    for (const { Action } of operator)
      for (const action of list<string>(Action)) expect(action).toMatch(/:(Batch)?(Get|List)/);
  });

  it('give the key for pseudonyms to who begins a run and who builds', () => {
    const doing = (action: string) =>
      Object.entries(permissions)
        .filter(([, statements]) =>
          statements.some(
            ({ actions, resources }) => actions.includes(action) && resources.some((each) => each.includes('}/keys')),
          ),
        )
        .map(([name]) => name);
    expect(doing('s3:GetObject')).toEqual(['discover', 'build', 'query']);
    expect(doing('s3:PutObject')).toEqual(['discover']);
    expect(doing('s3:DeleteObject')).toEqual([]);
  });

  it('let the stream’s consumer have its batches put aside where neither the key nor the warehouse can refuse them', () => {
    const aside = permissions.stream.flatMap(({ actions, resources }) =>
      resources.filter((each) => each.includes('aws/lambda')).map((resource) => `${actions} ${resource}`),
    );
    expect(aside).toEqual(['s3:PutObject {givenUp}/aws/lambda/*']);
    const others = Object.entries(permissions).filter(([name]) => name !== 'stream');
    expect(JSON.stringify(others)).not.toContain('{givenUp}');
  });

  it('let who drops files put them, and read nothing but notes', () => {
    const { PolicyDocument, ManagedPolicyName } = named('AWS::IAM::ManagedPolicy', /^DropperPolicy/).Properties;
    expect(ManagedPolicyName).toBe('sluice-dropper-eu-west-1');
    const statements: Statement[] = PolicyDocument.Statement;
    const reading = statements.filter(({ Action }) =>
      list<string>(Action).some((action) => /:(Get|List)/.test(action)),
    );
    for (const each of reading) expect(JSON.stringify(each)).toMatch(/"\/?refused\/\*"/);
    expect(JSON.stringify(statements)).not.toMatch(/Delete|Warehouse/);
  });

  it('let producers put records and nothing else', () => {
    const { PolicyDocument } = named('AWS::IAM::ManagedPolicy', /^ProducerPolicy/).Properties;
    const actions = PolicyDocument.Statement.flatMap(({ Action }: Statement) => list<string>(Action));
    expect(actions.sort()).toEqual([
      ...['kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'kinesis:PutRecord', 'kinesis:PutRecords'],
      'kms:GenerateDataKey',
    ]);
  });
});

describe('Functions', () => {
  const deployed = of('AWS::Lambda::Function');

  it('are those of functions.ts, each with a role, a log that ends, and traces of its own', () => {
    expect(deployed.map(({ Properties }) => Properties.FunctionName).sort()).toEqual(
      Object.keys(functions)
        .map((name) => `sluice-${name}`)
        .sort(),
    );
    expect(new Set(deployed.map(({ Properties }) => JSON.stringify(Properties.Role))).size).toBe(deployed.length);
    for (const { Properties } of deployed) {
      expect(Properties).toMatchObject({
        ...{ Runtime: 'nodejs22.x', Architectures: ['arm64'], TracingConfig: { Mode: 'Active' } },
        LoggingConfig: { LogGroup: expect.anything() },
      });
    }
    for (const group of of('AWS::Logs::LogGroup')) expect(group.Properties.RetentionInDays).toBe(90);
  });

  it('have settings in their environment, and no secrets', () => {
    for (const { Properties } of deployed)
      for (const name of Object.keys(Properties.Environment.Variables))
        expect(name).toMatch(/^(SLUICE_[A-Z_]+|POWERTOOLS_SERVICE_NAME|POWERTOOLS_METRICS_NAMESPACE|NODE_OPTIONS)$/);
  });

  it('keep the versions that a run going on may call', () => {
    const versions = of('AWS::Lambda::Version');
    expect(versions).toHaveLength(6);
    for (const { DeletionPolicy } of versions) expect(DeletionPolicy).toBe('Retain');
  });
});
