import { S3Client } from '@aws-sdk/client-s3';
import { CLIENT_SETTINGS } from '../adapters/aws/client-settings.ts';
import { S3Store } from '../adapters/aws/s3-store.ts';
import type { LoadedProject } from '../adapters/local/project-files.ts';
import { CommitLog } from '../core/ledger/commit-log.ts';
import type { Clock } from '../core/ports/clock.ts';
import { deployedProject } from './project.ts';
import { setting } from './settings.ts';

/** What the functions of a run work with. */
export interface DeployedWarehouse {
  readonly project: LoadedProject;
  /** The warehouse's bucket. */
  readonly bucket: string;
  readonly store: S3Store;
  readonly log: CommitLog;
  readonly clock: Clock;
}

/** The warehouse that this function was deployed for. To be awaited once, at cold start. */
export async function deployedWarehouse(): Promise<DeployedWarehouse> {
  const clock: Clock = () => new Date().toISOString();
  const bucket = setting('SLUICE_WAREHOUSE');
  const store = new S3Store(new S3Client(CLIENT_SETTINGS), bucket);
  return { project: await deployedProject(), bucket, store, log: new CommitLog(store, clock), clock };
}
