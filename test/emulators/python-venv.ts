import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached } from './cache.ts';
import { MissingToolError } from './missing-tool.ts';

const run = promisify(execFile);

/**
 * The python of a virtual environment with one package of PyPI, installed the first time (some 20 s).
 *
 * @param requirement such as `moto[server]==5.2.5`
 * @param what it is for, for the message if there is no python3
 * @throws MissingToolError if there is no python3, or PyPI cannot be reached
 */
export async function pythonWith(requirement: string, what: string): Promise<string> {
  const name = requirement.replace(/\[.*\]/, '').replace('==', '-');
  const venv = await cached(name, async (folder) => {
    try {
      await run('python3', ['-m', 'venv', folder]);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      throw new MissingToolError(`python3 was not found, so there is no ${what}; install it`, { cause });
    }
    try {
      await run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', requirement]);
    } catch (cause) {
      const said = `${requirement} could not be installed, so there is no ${what}; is PyPI reachable?`;
      throw new MissingToolError(said, { cause });
    }
  });
  return join(venv, 'bin', 'python');
}
