import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { beforeAll, expect, it, vi } from 'vitest';

const page = readFileSync('docs/operations.md', 'utf8');
const queries = [
  ...[...page.matchAll(/^```insights\n(.*?)^```$/gms)].map(([, query]) => query!),
  ...[...page.matchAll(/^ask (?:'[\w ]+'|\w+) '([^']+)'/gm)].map(([, query]) => query!),
];

/** Keys of a line, nested ones with a dot, as Logs Insights names them. */
function keysOf(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) => [
    `${prefix}${key}`,
    ...(inner && typeof inner === 'object' ? keysOf(inner, `${prefix}${key}.`) : []),
  ]);
}

const keys = new Set<string>();

beforeAll(async () => {
  for (const [name, value] of Object.entries({ POWERTOOLS_DEV: 'true', SLUICE_NAME: 'sluice' }))
    vi.stubEnv(name, value);
  for (const method of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((line: string) => {
      for (const key of keysOf(JSON.parse(line))) keys.add(key);
    });
  const { stepOf } = await import('../../lambdas/step-of.ts');
  const { logOutcome } = await import('../../lambdas/log-outcome.ts');
  const { batchWriter } = await import('../../lambdas/bronze/write-batch.ts');
  const { logger, metrics } = await import('../../lambdas/telemetry.ts');
  const item = { run: 'r', wave: 1, batch: 0 };
  const where = { table: 'gold.sessions', dt: '2026-01-01' };
  const step = stepOf('build', async () => {
    const failures = [{ ...where, audit: 'unique', badRows: 1, sample: [] }];
    const errors = [{ table: where.table, dts: [where.dt], message: 'why' }];
    logOutcome({ versions: [], failures, errors, failed: [], dollars: 1 });
    return { objects: 1, stay: 1 };
  });
  await step(item, {} as Context);
  const failing = stepOf('build', () => Promise.reject(new Error('why')));
  await expect(failing(item, {} as Context)).rejects.toThrow('why');
  const kinesis = { sequenceNumber: '1', data: '', approximateArrivalTimestamp: 0 };
  const batch = { Records: [{ eventID: 'shardId-1:1', kinesis }] } as never;
  vi.spyOn(metrics, 'publishStoredMetrics').mockReturnValue(metrics);
  for (const put of [() => Promise.resolve(), () => Promise.reject(new Error('why'))])
    await batchWriter({ store: { put }, routing: [], logger, metrics })(batch);
  vi.restoreAllMocks();
});

/** Of Logs Insights itself, and those of the drop function, which needs a bucket to log anything. */
const OTHERS = /^(@\w+|key|reason)$/;

it.each(queries)('the log has the fields of: %s', (query) => {
  // Without texts, patterns and names that the query gives itself.
  const names = new Set([...query.matchAll(/ as (\w+)/g)].map(([, name]) => name));
  const bare = query.replaceAll(/"[^"]*"|\/[^/\n]*\/|\d+/g, ' ').replaceAll(/ as \w+/g, ' ');
  const words = bare.match(/@?[A-Za-z_][\w.]*/g) ?? [];
  const syntax = /^(fields|filter|sort|stats|limit|desc|by|and|or|like|sum|count|max)$/;
  const fields = words.filter((word) => !syntax.test(word) && !names.has(word) && !OTHERS.test(word));
  for (const field of fields) expect([...keys], query).toContain(field);
});

it('there are such queries', () => expect(queries.length).toBeGreaterThan(8));
