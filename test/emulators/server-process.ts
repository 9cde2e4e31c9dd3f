import { spawn } from 'node:child_process';
import { freePort } from './free-port.ts';

/** A server that runs on this machine until it is stopped. */
export interface ServerProcess {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** The last of what it has written to its standard error. */
  readonly output: () => string;
  stop(): Promise<void>;
}

interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: (port: number) => string[];
  readonly env: (port: number) => NodeJS.ProcessEnv;
  /** A path that answers 200 once it is up. */
  readonly health: string;
}

const STARTS_WITHIN_MS = 60_000;
const OUTPUT_KEPT = 20_000;

/** Starts a server on a free port, and waits until it answers. It ends with this process at the latest. */
export async function startServer(launch: Launch): Promise<ServerProcess> {
  // Two starts at once may be given the same port: the one that loses it takes another.
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(await freePort(), launch);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function startOn(port: number, { name, command, args, env, health }: Launch): Promise<ServerProcess> {
  const server = spawn(command, args(port), { stdio: ['ignore', 'ignore', 'pipe'], env: env(port) });
  let output = '';
  server.stderr.on('data', (piece: Buffer) => {
    output = (output + piece.toString()).slice(-OUTPUT_KEPT);
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
  while (!(await answers(endpoint + health))) {
    if (server.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`${name} did not start on port ${port}: ${output}`);
    }
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  return { endpoint, output: () => output, stop };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
