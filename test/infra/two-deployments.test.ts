import { expect, it } from 'vitest';
import { type Resource, resourcesOf } from './synthesize.ts';

const NAMES = /^(.*Name|Name|GroupName)$/;

/** Names that an account, or an account's region, can have once. */
function namesOf(resources: readonly Resource[]): Set<string> {
  const names = resources.flatMap(({ Type, Properties }) => {
    // Unique within their database, or their role.
    if (Type === 'AWS::Glue::Table' || Type === 'AWS::IAM::Policy') return [];
    const own = Type === 'AWS::Glue::Database' ? Properties.DatabaseInput : Properties;
    return Object.entries(own)
      .filter(([key, value]) => NAMES.test(key) && typeof value === 'string' && !/^(MetricName|RuleName)$/.test(key))
      .map(([key, value]) => `${Type} ${key} ${value}`);
  });
  return new Set([...names, ...resources.map(({ stack }) => `stack ${stack}`)]);
}

it('two deployments in one account share no name', () => {
  const [one, two] = [namesOf(resourcesOf()), namesOf(resourcesOf({ name: 'sluice2' }))];
  expect(one.size).toBeGreaterThan(30);
  expect(one.size).toBe(two.size);
  expect([...one].filter((name) => two.has(name))).toEqual([]);
});

it('what an account has once, in all its regions, has the region in its name', () => {
  const resources = resourcesOf({ account: '111111111111', region: 'eu-west-1' });
  const names = resources.flatMap(({ Type, Properties }) => {
    if (Type === 'AWS::IAM::ManagedPolicy') return [Properties.ManagedPolicyName];
    return Type === 'AWS::CloudWatch::Dashboard' ? [Properties.DashboardName] : [];
  });
  expect(names.sort()).toEqual([
    ...['sluice-analyst-eu-west-1', 'sluice-dropper-eu-west-1', 'sluice-eu-west-1', 'sluice-operator-eu-west-1'],
    'sluice-producer-eu-west-1',
  ]);
  // CloudFormation names these.
  const unnamed = resources.filter(({ Type }) => /^AWS::(IAM::(Role|User|Group)|S3::Bucket)$/.test(Type));
  expect(unnamed.length).toBeGreaterThan(10);
  for (const { Properties } of unnamed) expect(Properties).not.toMatchObject({ RoleName: expect.anything() });
  for (const { Properties } of unnamed) expect(Properties).not.toMatchObject({ BucketName: expect.anything() });
});

it('what one may reach by prefix is not the other’s', () => {
  const reach = JSON.stringify(resourcesOf());
  const prefixes = [...reach.matchAll(/\b(sluice[\w-]*)\*/g)].map(([, prefix]) => prefix!);
  expect(prefixes).toContain('sluice_staging_');
  for (const { Properties } of resourcesOf({ name: 'sluice2' })) {
    const database = Properties.DatabaseInput?.Name ?? Properties.FunctionName ?? Properties.LogGroupName;
    for (const prefix of prefixes) expect(String(database).startsWith(prefix)).toBe(false);
  }
});
