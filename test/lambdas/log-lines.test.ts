import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const lines: Record<string, unknown>[] = [];

beforeEach(() => {
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('SLUICE_NAME', 'sluice');
  for (const method of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((line: string) => {
      lines.push(JSON.parse(line));
    });
});
afterEach(() => {
  lines.length = 0;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('every line about a batch says its run and table, the last too, and none of the next call does', async () => {
  const { stepOf } = await import('../../lambdas/step-of.ts');
  const { logBatch, logOutcome } = await import('../../lambdas/log-outcome.ts');
  const step = stepOf('build', async (event) => {
    if (event === undefined) return {};
    logBatch({ model: 'silver.orders', codeDigest: '', targets: [], engine: 'duckdb' });
    const errors = [{ table: 'quarantine.orders', dts: ['2026-01-01'], message: 'why' }];
    logOutcome({ versions: [], failures: [], errors, failed: [], dollars: 0 });
    throw new Error('died');
  });
  const item = { run: 'r', wave: 1, batch: 0 };
  await expect(step(item, {} as Context)).rejects.toThrow('died');
  expect(lines).toMatchObject([
    { message: 'built', step: 'build', ...item, table: 'silver.orders' },
    { message: 'not built', step: 'build', ...item, table: 'quarantine.orders' },
    { message: 'failed', step: 'build', ...item, table: 'silver.orders' },
  ]);
  await step(undefined, {} as Context);
  expect(lines.at(-1)).toMatchObject({ message: 'done', step: 'build' });
  expect(lines.at(-1)).not.toHaveProperty('table');
});
