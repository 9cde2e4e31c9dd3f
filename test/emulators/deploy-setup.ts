import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startAthena } from './athena-front.ts';
import { startMiniStack } from './ministack.ts';
import { AthenaOverGlue } from './ministack-athena.ts';
import { MissingToolError } from './missing-tool.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Endpoints of MiniStack and of what stands in for its Athena; undefined if they cannot run here, and the tests skip. */
    readonly ministack: { readonly aws: string; readonly athena: string } | undefined;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const runner = new AthenaOverGlue(await readFile(join(import.meta.dirname, '../../sql/prelude.sql'), 'utf8'));
  const athena = await startAthena(runner);
  try {
    const ministack = await startMiniStack(athena.endpoint);
    runner.connect(ministack.endpoint);
    project.provide('ministack', { aws: ministack.endpoint, athena: athena.endpoint });
    return async () => {
      await ministack.stop();
      await athena.stop();
    };
  } catch (error) {
    await athena.stop();
    if (!(error instanceof MissingToolError)) throw error;
    process.stderr.write(`Skipped, all of test/deploy: ${error.message}.\n`);
    project.provide('ministack', undefined);
    return undefined;
  }
}
