import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Seconds of CPU that a shell's children have taken, as `times` prints it: 0m1.234s. */
function childSeconds(times: string): number {
  const [, user] = times
    .trim()
    .split('\n')
    .at(-1)!
    .match(/^(\S+) \S+$/)!;
  const [minutes, seconds] = user!.slice(0, -1).split('m');
  return 60 * Number(minutes) + Number(seconds);
}

test('a synthesis takes less than 15 seconds', { timeout: 300_000 }, () => {
  const outdir = mkdtempSync(join(tmpdir(), 'sluice-synth-'));
  try {
    const synth = () =>
      execFileSync('bash', ['-c', 'npx cdk synth --quiet --output "$0" >&2; status=$?; times; exit $status', outdir], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    // The first one may fetch DuckDB for Lambda.
    synth();
    // Of CPU, which does not depend on what else the machine does.
    expect(childSeconds(synth())).toBeLessThan(15);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
