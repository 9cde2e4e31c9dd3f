import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { DEPLOYMENT_NAME } from '../../core/deployment-name.ts';
import { ConfigurationError, UsageError } from '../../core/errors.ts';

const DEPLOYMENT = z.object({
  /** Buckets. */
  warehouse: z.string(),
  landing: z.string(),
  results: z.string(),
  /** The prefix of its databases. */
  databases: z.string(),
  /** For people's queries. */
  workgroup: z.string(),
  /** ARNs of the state machines. */
  daily: z.string(),
  backfill: z.string(),
  region: z.string(),
});

/** Where the parts of a deployment are. */
export type Deployment = z.output<typeof DEPLOYMENT>;

/**
 * Finds a deployment by its name, in the region and account that the environment's credentials are for.
 * @param profile of the AWS CLI's configuration, for messages: whose credentials these are
 * @throws UsageError if there can be none of that name, there is none, or AWS does not let us look
 */
export async function findDeployment(
  ssm: SSMClient,
  name: string,
  profile = process.env.AWS_PROFILE,
): Promise<Deployment> {
  if (!DEPLOYMENT_NAME.pattern.test(name)) {
    throw new UsageError(
      `--deployment: ${JSON.stringify(name)} cannot be the name of a deployment: ${DEPLOYMENT_NAME.expected}`,
    );
  }
  const parameter = `/sluice/${name}/deployment`;
  let text: string | undefined;
  try {
    const found = await ssm.send(new GetParameterCommand({ Name: parameter }));
    text = found.Parameter?.Value;
  } catch (error) {
    const { name: code, message } = error as Error;
    if (code === 'ParameterNotFound') {
      const region = await ssm.config.region();
      throw new UsageError(
        `there is no deployment ${name} in ${region} of this account: deploy it by \`npx cdk deploy --all\`, or name another by --deployment, AWS_REGION or AWS_PROFILE`,
        { cause: error },
      );
    }
    throw new UsageError(
      `the deployment ${name} cannot be looked up${profile ? ` with the profile ${profile}` : ''} (${code}: ${message}): set AWS_REGION and credentials (AWS_PROFILE, \`aws sso login\`) that may read the SSM parameter ${parameter}`,
      { cause: error },
    );
  }
  const parsed = DEPLOYMENT.safeParse(text === undefined ? undefined : JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    `the SSM parameter ${parameter} is not what this version writes: deploy again. ${z.prettifyError(parsed.error)}`,
  );
}
