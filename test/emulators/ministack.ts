import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonWith } from './python-venv.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Of MiniStack, with which clients reach it. Any other credentials do, too. */
export const MINISTACK_ACCOUNT = {
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
} as const;

/**
 * Starts MiniStack on a free port, with an empty account: CloudFormation and all that a deployment is made of, with
 * functions that run as processes of this machine's node.
 *
 * @param athena the endpoint of Athena, for the functions: MiniStack's own neither writes tables nor reads partitions
 * @throws MissingToolError if there is no python3
 */
export async function startMiniStack(athena: string): Promise<ServerProcess> {
  const python = await pythonWith('ministack[full]==1.5.33', 'MiniStack (AWS emulated, with CloudFormation)');
  // It unpacks functions for each process of theirs, 60 MB if with DuckDB.
  const scratch = await mkdtemp(join(tmpdir(), 'ministack-'));
  const server = await startServer({
    name: 'MiniStack',
    command: python,
    args: () => [join(import.meta.dirname, 'ministack-server.py')],
    env: (port) => ({
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...MINISTACK_ACCOUNT,
      TMPDIR: scratch,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      // Every request is held against the policies of who makes it: functions have the rights of their roles, no more.
      AUTH: 'true',
      LAMBDA_EXECUTOR: 'local',
      // The functions are deployed with DuckDB for Lambda's processor; for this machine's it is found here.
      NODE_PATH: join(ROOT, 'node_modules'),
      AWS_ENDPOINT_URL_ATHENA: athena,
      // What it waits for by the definition of a state machine, it waits for so much shorter.
      SFN_WAIT_SCALE: '0.1',
    }),
    health: '/_ministack/health',
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  };
  return { ...server, stop };
}
