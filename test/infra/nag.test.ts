import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { DeploymentConfig } from '../../infra/deployment.ts';
import { appOf } from './synthesize.ts';

const ACKNOWLEDGED = Validations.ACKNOWLEDGED_RULES_METADATA_KEY;

/** Findings of cdk-nag that nobody has acknowledged. Rules that could not be applied are among them. */
function findingsOf(config: DeploymentConfig = {}, context: Record<string, unknown> = {}): string[] {
  const { app } = appOf(config, context);
  app.synth();
  const { violations } = new AwsSolutionsChecks().validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${constructPath}: ${ruleName}`),
  );
}

describe('cdk-nag (AwsSolutions)', () => {
  it('finds nothing that is not acknowledged', () => {
    expect(findingsOf()).toEqual([]);
  });

  it('finds nothing either when everything is chosen otherwise', () => {
    const config: DeploymentConfig = {
      ...{ name: 'tryout', account: '123456789012', region: 'eu-central-1', removal: 'destroy', engine: 'athena' },
      ...{ stream: { mode: 'provisioned', shards: 4 }, schedule: { daily: '03:30', everyHours: 1 } },
      ...{ alarms: { email: 'ops@example.com' }, lambda: { dropsAtOnce: null } },
    };
    expect(findingsOf(config, { 'i-know-this-deletes-all-data': 'tryout' })).toEqual([]);
  });

  it('would find everything that is acknowledged, and no acknowledgement is left over', () => {
    const { app } = appOf();
    app.synth();
    const needed = app.node.findAll().flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === ACKNOWLEDGED)
        .flatMap(({ data }) =>
          Object.keys(data).map((rule) => {
            delete data[rule];
            return `${node.path} ${rule.replace(/^annotation::/i, '')}`;
          }),
        ),
    );
    const { violations } = new AwsSolutionsChecks().validateScope(app);
    const found = violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ ruleName, constructPath })),
    );
    const leftOver = needed.filter((each) => {
      const [path, rule] = each.split(' ') as [string, string];
      return !found.some(
        ({ ruleName, constructPath }) => ruleName === rule && `${constructPath}/`.startsWith(`${path}/`),
      );
    });
    expect(found.length).toBeGreaterThan(50);
    expect(leftOver).toEqual([]);
  });

  it('is given a reason for everything that is acknowledged', () => {
    const { app } = appOf();
    app.synth();
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => type === ACKNOWLEDGED))
      .flatMap(({ data }) => Object.entries(data as Record<string, string>));
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const [, reason] of acknowledged) expect(reason).toMatch(/^[A-Z].{30,}\.$/s);
  });
});
