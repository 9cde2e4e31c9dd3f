import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { findDeployment } from '../../../cli/aws/deployment.ts';
import { ConfigurationError, UsageError } from '../../../core/errors.ts';

const client = new SSMClient({ region: 'eu-west-1' });
const ssm = mockClient(client);
beforeEach(() => ssm.reset());

const DEPLOYMENT = {
  ...{ warehouse: 'w', landing: 'l', results: 'r', databases: 'shop', workgroup: 'g', region: 'eu-west-1' },
  ...{ daily: 'arn:d', backfill: 'arn:b' },
};

describe('a deployment', () => {
  it('is found by its name', async () => {
    ssm.on(GetParameterCommand, { Name: '/sluice/shop/deployment' }).resolves({
      Parameter: { Value: JSON.stringify(DEPLOYMENT) },
    });
    expect(await findDeployment(client, 'shop')).toEqual(DEPLOYMENT);
  });

  it('that does not exist is a mistake of whoever names it', async () => {
    ssm.on(GetParameterCommand).rejects(Object.assign(new Error(), { name: 'ParameterNotFound' }));
    const refused = findDeployment(client, 'shop');
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(/no deployment shop in eu-west-1.*cdk deploy/);
  });

  it('that cannot exist is not asked for', async () => {
    await expect(findDeployment(client, 'My-Shop/..')).rejects.toThrow(
      /"My-Shop\/\.\.".*lower-case letters and digits/,
    );
    expect(ssm.calls()).toEqual([]);
  });

  it('names the profile that gives no credentials', async () => {
    ssm.on(GetParameterCommand).rejects(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    await expect(findDeployment(client, 'shop', 'nope')).rejects.toThrow(
      /shop cannot be looked up with the profile nope \(CredentialsProviderError: none\).*AWS_PROFILE/,
    );
  });

  it('says what to do without credentials, and with a parameter of another version', async () => {
    ssm.on(GetParameterCommand).rejects(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    await expect(findDeployment(client, 'shop')).rejects.toThrow(/CredentialsProviderError: none.*AWS_PROFILE/);
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: JSON.stringify({ ...DEPLOYMENT, daily: undefined }) } });
    await expect(findDeployment(client, 'shop')).rejects.toThrow(ConfigurationError);
  });
});
