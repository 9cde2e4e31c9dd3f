import { join } from 'node:path';
import { pythonWith } from './python-venv.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/**
 * Starts moto on a free port, with an empty account: S3, Glue, Kinesis and others of AWS in one process, in memory. Any
 * credentials do.
 * @throws MissingToolError if there is no python3
 */
export async function startMoto(): Promise<ServerProcess> {
  const python = await pythonWith('moto[server]==5.2.5', 'moto (S3 and Glue emulated)');
  return startServer({
    name: 'moto',
    command: python,
    args: (port) => [join(import.meta.dirname, 'moto-server.py'), '-H', '127.0.0.1', '-p', String(port)],
    env: () => ({
      ...process.env,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_DEFAULT_REGION: 'us-east-1',
    }),
    health: '/moto-api/data.json',
  });
}
