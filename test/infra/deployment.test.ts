import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../core/errors.ts';
import { chooseDeployment } from '../../infra/deployment.ts';
import deployments from '../../sluice.config.ts';

const choose = (of: Record<string, unknown>, context: Record<string, unknown> = {}) =>
  chooseDeployment('sluice.config.ts', of, (key) => context[key]);

describe('The configuration of a deployment', () => {
  it('of this project is sound', () => {
    for (const env of Object.keys(deployments)) expect(choose(deployments, { env })).toBeDefined();
  });

  it('needs nothing but an environment', () => {
    expect(choose({ dev: {} })).toMatchObject({
      ...{ name: 'sluice', stream: { mode: 'on-demand' }, removal: 'retain', engine: 'auto' },
      ...{ schedule: { daily: '00:15' }, alarms: { quarantineShare: 5 }, retentionDays: 7 },
    });
  });

  it.each([
    [{ name: 'my-lake' }, /^sluice\.config\.ts: dev\.name: expected at most 20 lower-case letters and digits/],
    [{ stream: { mode: 'provisioned' } }, /^sluice\.config\.ts: dev\.stream\.shards: .*expected number/],
    [{ stream: { mode: 'provisioned', shards: 0 } }, /dev\.stream\.shards: .*expected number to be >=1/],
    [{ schedule: { daily: '24:00' } }, /dev\.schedule\.daily: expected a time of day, HH:MM/],
    [{ alarms: { email: 'ops' } }, /dev\.alarms\.email: expected an e-mail address/],
    [{ shards: 4 }, /dev: Unrecognized key: "shards"/],
    [{ region: 'us-gov-west-1' }, /dev\.region: expected a region of the partition aws/],
    [{ region: 'cn-north-1' }, /dev\.region: expected a region of the partition aws/],
    [{ region: 'eusc-de-east-1' }, /dev\.region: expected a region/],
    [{ logDays: 8 }, /dev\.logDays: .*expected one of 1\|3\|5\|7/],
  ])('fails at once, naming file, field and what was expected: %j', (config, message) => {
    expect(() => choose({ dev: config })).toThrow(ConfigurationError);
    expect(() => choose({ dev: config })).toThrow(message);
  });

  it('names every fault at once', () => {
    expect(() => choose({ dev: { name: 'A', retentionDays: 0 } })).toThrow(/dev\.name: .*\n.*dev\.retentionDays: /);
  });

  it('says which environments there are', () => {
    expect(() => choose({ dev: { name: 'tryout' }, prod: {} })).toThrow(
      'sluice.config.ts: no environment was chosen: expected -c env=NAME with one of dev, prod',
    );
    expect(() => choose({ dev: {} }, { env: 'test' })).toThrow(/there is no environment test: .* one of dev/);
  });

  it.each([
    [{}, { retentionDays: 1 }],
    [{ region: 'eu-west-1' }, {}],
    [{ region: 'eu-west-1' }, { region: 'eu-west-1' }],
    [{ account: '111111111111' }, { region: 'eu-west-1' }],
  ])('has a name that no other environment in the same place has: %j, %j', (prod, test) => {
    for (const env of ['prod', 'test'])
      expect(() => choose({ prod, test }, { env })).toThrow(
        /test\.name: sluice is also the name of prod.*account or region/,
      );
  });

  it.each([
    [{ name: 'sluice2' }, {}],
    [{ region: 'eu-west-1' }, { region: 'us-east-1' }],
    [{ account: '111111111111' }, { account: '222222222222' }],
  ])('may share its name with one elsewhere: %j, %j', (prod, test) => {
    expect(choose({ prod, test }, { env: 'prod' })).toMatchObject(prod);
  });

  it('is sound in every environment, not only in the chosen one', () => {
    expect(() => choose({ prod: {}, test: { name: 'test', shards: 4 } }, { env: 'prod' })).toThrow(
      /test: Unrecognized key/,
    );
  });

  it('deletes data only behind two locks, the second with the name of the deployment', () => {
    const dev = { name: 'tryout', removal: 'destroy' };
    expect(() => choose({ dev })).toThrow(/dev\.removal: .* -c i-know-this-deletes-all-data=tryout/);
    expect(() => choose({ dev }, { 'i-know-this-deletes-all-data': 'true' })).toThrow(/dev\.removal/);
    expect(choose({ dev }, { 'i-know-this-deletes-all-data': 'tryout' }).removal).toBe('destroy');
    expect(choose({ dev: {} }, { 'i-know-this-deletes-all-data': 'sluice' }).removal).toBe('retain');
  });
});
