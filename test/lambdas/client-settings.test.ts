import { build } from 'esbuild';
import { expect, it } from 'vitest';
import * as settings from '../../adapters/aws/client-settings.ts';
import { ATTEMPTS } from '../../adapters/aws/try-again.ts';
import { functions } from '../../infra/functions.ts';

type Settings = (typeof settings)[keyof typeof settings];

const byName = new Map<string, Settings>(Object.entries(settings));

/** The SDK waits at most so long before each retry, in seconds: half a second, doubled, where it was throttled. */
const backOff = (retry: number) => Math.min(20, 0.5 * 2 ** retry);

/** All tries of one request, in seconds, if each of them hangs. */
function longest({ maxAttempts, requestHandler: { connectionTimeout, requestTimeout } }: Settings): number {
  const waits = Array.from({ length: maxAttempts - 1 }, (_, retry) => backOff(retry));
  const tries = (maxAttempts * (connectionTimeout + requestTimeout)) / 1000;
  return tries + waits.reduce((sum, wait) => sum + wait, 0);
}

/** Those that are in a function's bundle: what it does not use is shaken off. */
async function settingsOf(entry: string): Promise<Settings[]> {
  const { outputFiles } = await build({
    ...{ bundle: true, write: false, platform: 'node', format: 'esm', packages: 'external', logLevel: 'error' },
    entryPoints: [entry],
  });
  const used = [...outputFiles![0]!.text.matchAll(/new \w+Client\((\w+)\)/g)].map(([, name]) => name!);
  return [...new Set(used)].map((name) => byName.get(name)!);
}

it.each(Object.entries(functions))('%s outlives all tries of a request that hangs', async (_, { entry, timeout }) => {
  const used = await settingsOf(entry);
  expect(used).not.toEqual([]);
  for (const each of used) expect(longest(each)).toBeLessThan(timeout - 10);
});

it('the stream’s consumer gives a batch up in less than half of its time, so that it can report', () => {
  expect(longest(settings.STREAM_CLIENT_SETTINGS)).toBeLessThan(functions.stream.timeout / 2);
});

it('what the SDK does not retry, this project tries no oftener', () => {
  expect(ATTEMPTS).toBeLessThanOrEqual(settings.CLIENT_SETTINGS.maxAttempts);
});
