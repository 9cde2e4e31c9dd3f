import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one process used, as bench/meter.ts writes it. */
export interface ProcessUse {
  cpuSeconds: number;
  peakBytes: number;
}

/** What a command used: CPU of all its processes, memory of the largest. */
export interface Use extends ProcessUse {
  wallSeconds: number;
  /** Processors kept busy by others meanwhile, on average. Over 0.2 the wall time does not count. */
  foreignCores: number;
}

export interface Ran {
  use: Use;
  stdout: string;
}

export class CommandFailed extends Error {
  override name = 'CommandFailed';
}

/** Runs a node script with arguments and measures it from start to exit. Throws CommandFailed if it does not exit 0. */
export async function measure(command: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-meter-'));
  const meterFile = join(folder, 'use.jsonl');
  const options = [process.env.NODE_OPTIONS, `--import=${new URL('./meter.js', import.meta.url)}`].filter(Boolean);
  const busyBefore = busySeconds();
  const started = performance.now();
  try {
    const { code, stdout, stderr } = await run([process.execPath, ...command], {
      ...process.env,
      ...env,
      NODE_OPTIONS: options.join(' '),
      SLUICE_METER: meterFile,
    });
    const wallSeconds = (performance.now() - started) / 1000;
    const busy = busySeconds() - busyBefore;
    if (code !== 0) {
      throw new CommandFailed(`${command.join(' ')} exited with ${code}: ${stderr.trim().slice(-500) || 'no message'}`);
    }
    const processes = readFileSync(meterFile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): ProcessUse => JSON.parse(line));
    const cpuSeconds = processes.reduce((sum, process) => sum + process.cpuSeconds, 0);
    return {
      stdout,
      use: {
        wallSeconds,
        cpuSeconds,
        peakBytes: Math.max(...processes.map((process) => process.peakBytes)),
        foreignCores: Math.max(0, (busy - cpuSeconds) / wallSeconds),
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Commands one after the other, as one. */
export function together(uses: readonly Use[]): Use {
  const wallSeconds = uses.reduce((sum, use) => sum + use.wallSeconds, 0);
  return {
    wallSeconds,
    cpuSeconds: uses.reduce((sum, use) => sum + use.cpuSeconds, 0),
    peakBytes: Math.max(...uses.map((use) => use.peakBytes)),
    foreignCores: uses.reduce((sum, use) => sum + use.foreignCores * use.wallSeconds, 0) / wallSeconds,
  };
}

/** The least of each figure over repeated runs; the load by others is that of the fastest run. */
export function least(uses: readonly Use[]): Use {
  const fastest = uses.reduce((best, use) => (use.wallSeconds < best.wallSeconds ? use : best));
  return {
    wallSeconds: fastest.wallSeconds,
    cpuSeconds: Math.min(...uses.map((use) => use.cpuSeconds)),
    peakBytes: Math.min(...uses.map((use) => use.peakBytes)),
    foreignCores: fastest.foreignCores,
  };
}

/** CPU seconds spent by everybody since the machine started. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

function run(
  [program, ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
