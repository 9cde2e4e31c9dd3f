import type { TestProject } from 'vitest/node';
import { startAthena } from './athena-front.ts';
import { MissingToolError } from './missing-tool.ts';
import { startMoto } from './moto.ts';
import { startTrino } from './trino.ts';
import { TrinoClient } from './trino-client.ts';
import { installTrino } from './trino-install.ts';

/** Endpoints of the emulators that all tests of a run share. */
export interface AthenaEndpoints {
  readonly athena: string;
  /** S3 and Glue. */
  readonly aws: string;
  readonly trino: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined if they cannot run here, and the tests skip. */
    readonly athena: AthenaEndpoints | undefined;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.reverse()) await each();
  };
  try {
    const [installation, moto] = await Promise.all([installTrino(), startMoto()]);
    stops.push(moto.stop);
    const trino = await startTrino(installation, moto.endpoint);
    stops.push(trino.stop);
    const athena = await startAthena(new TrinoClient(trino.endpoint));
    stops.push(athena.stop);
    project.provide('athena', { athena: athena.endpoint, aws: moto.endpoint, trino: trino.endpoint });
    return stop;
  } catch (error) {
    await stop();
    if (!(error instanceof MissingToolError)) throw error;
    process.stderr.write(`Skipped, all of test/athena: ${error.message}.\n`);
    project.provide('athena', undefined);
    return undefined;
  }
}
