import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINISTACK_ACCOUNT } from '../emulators/ministack.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Not of the sources, or not needed for a deployment. */
const LEFT_OUT = /^(node_modules|dist.*|cdk\.out|warehouse|demo|test|docs|\..*)$/;
/** No command is waited for longer. */
const WITHIN_MS = 240_000;
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');

interface Endpoints {
  readonly aws: string;
  readonly athena: string;
}

/** What a command wrote and how it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A copy of this checkout whose files a test may change, and from which it deploys. */
export class Checkout {
  readonly root: string;
  readonly #endpoints: Endpoints;

  private constructor(root: string, endpoints: Endpoints) {
    this.root = root;
    this.#endpoints = endpoints;
  }

  static async create(endpoints: Endpoints): Promise<Checkout> {
    const root = await mkdtemp(join(tmpdir(), 'sluice-deploy-'));
    for (const name of await readdir(ROOT)) {
      if (!LEFT_OUT.test(name)) await cp(join(ROOT, name), join(root, name), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    return new Checkout(root, endpoints);
  }

  write(path: string, text: string): Promise<void> {
    return writeFile(join(this.root, path), text);
  }

  /** Replaces a text that must be there. */
  async edit(path: string, text: string, by: string): Promise<void> {
    const before = await readFile(join(this.root, path), 'utf8');
    if (!before.includes(text)) throw new Error(`${path} does not hold '${text}' any more: adapt this test`);
    await this.write(path, before.replace(text, by));
  }

  /** What `cdk bootstrap` does to an account that has no deployment by CDK yet. Outside the copy, so that nothing is synthesized. */
  bootstrap(): Promise<string> {
    return this.#cdk(['bootstrap', `aws://000000000000/${MINISTACK_ACCOUNT.AWS_REGION}`], tmpdir());
  }

  /**
   * Runs CDK's command line in the copy.
   * @throws Error with its output if it fails
   */
  cdk(...args: readonly string[]): Promise<string> {
    return this.#cdk(args, this.root);
  }

  /** Runs the `sluice` command of the copy. */
  sluice(...args: readonly string[]): Promise<Ended> {
    return this.#node([join(this.root, 'bin/sluice.js'), ...args], this.root);
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true });
  }

  async #cdk(args: readonly string[], folder: string): Promise<string> {
    const options = ['--ci', '--no-notices', '--no-version-reporting'];
    const { code, out, err } = await this.#node([CDK, ...args, ...options], folder);
    if (code === 0) return out + err;
    throw new Error(`cdk ${args.join(' ')} ended with ${code}:\n${out}${err}`);
  }

  #node(args: readonly string[], cwd: string): Promise<Ended> {
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...MINISTACK_ACCOUNT,
      AWS_ENDPOINT_URL: this.#endpoints.aws,
      AWS_ENDPOINT_URL_ATHENA: this.#endpoints.athena,
      NODE_OPTIONS: '--no-warnings',
    };
    return new Promise((resolve) => {
      const options = { cwd, env, timeout: WITHIN_MS, maxBuffer: 1 << 28 };
      execFile(process.execPath, args, options, (error, out, err) => {
        const ended = error?.killed ? `${err}\nstopped after ${WITHIN_MS} ms` : err;
        resolve({ code: error ? Number(error.code ?? -1) : 0, out, err: ended });
      });
    });
  }
}
