import type { TestProject } from 'vitest/node';
import { MissingToolError } from './missing-tool.ts';
import { startMoto } from './moto.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The endpoint of the moto that all tests of a run share; undefined if it cannot run here, and they skip. */
    readonly moto: string | undefined;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const { endpoint, stop } = await startMoto();
    project.provide('moto', endpoint);
    return stop;
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error;
    process.stderr.write(`Skipped, all of test/moto: ${error.message}.\n`);
    project.provide('moto', undefined);
    return undefined;
  }
}
