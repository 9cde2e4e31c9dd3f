import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached } from './cache.ts';
import { freePort } from './free-port.ts';
import { MissingToolError } from './missing-tool.ts';

const VERSION = '5.2.5';
const STARTS_WITHIN_MS = 60_000;

/** A running moto: S3, Glue, Kinesis and others of AWS in one process, in memory. */
export interface Moto {
  /** `http://127.0.0.1:<port>`; any credentials do. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts moto on a free port, with an empty account. The first time installs it (from PyPI, some 20 s).
 * @throws MissingToolError if there is no python3
 */
export async function startMoto(): Promise<Moto> {
  const venv = await cached(`moto-${VERSION}`, install);
  // Two starts at once may be given the same port: the one that loses it takes another.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await freePort(), join(venv, 'bin', 'python'));
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function install(folder: string): Promise<void> {
  const run = promisify(execFile);
  try {
    await run('python3', ['-m', 'venv', folder]);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new MissingToolError('python3 was not found, so there is no moto (S3 and Glue emulated); install it', {
      cause,
    });
  }
  await run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', `moto[server]==${VERSION}`]);
}

async function startOn(port: number, python: string): Promise<Moto> {
  const script = join(import.meta.dirname, 'moto-server.py');
  const server = spawn(python, [script, '-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_DEFAULT_REGION: 'us-east-1' },
  });
  // It writes a line for each request there: only the last are kept, for the message should it not start.
  let output = '';
  server.stderr.on('data', (piece: Buffer) => {
    output = (output + piece.toString()).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', () => resolve());
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    server.kill();
    await ended;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const until = Date.now() + STARTS_WITHIN_MS;
  while (!(await answers(endpoint))) {
    if (server.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`moto did not start on port ${port}: ${output}`);
    }
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  return { endpoint, stop };
}

function answers(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/moto-api/data.json`).then(
    ({ ok }) => ok,
    () => false,
  );
}
