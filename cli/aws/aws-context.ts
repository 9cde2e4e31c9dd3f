import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { CLIENT_SETTINGS } from '../../adapters/aws/client-settings.ts';
import { GlueCatalog } from '../../adapters/aws/glue-catalog.ts';
import { S3Store } from '../../adapters/aws/s3-store.ts';
import { loadProject } from '../../adapters/local/project-files.ts';
import { catalogTables } from '../../core/catalog/catalog-table.ts';
import { projectLog } from '../../core/catalog/project-log.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { RunFiles } from '../../core/steps/run-files.ts';
import { type Context, newId, type ReconcileOptions, type Start } from '../context.ts';
import { ProgressLine } from '../output/progress.ts';
import { bytesText, dollarsText } from '../output/sizes.ts';
import { askAthena } from './ask-athena.ts';
import { findDeployment } from './deployment.ts';
import { followRun } from './follow-run.ts';

const clock: Clock = () => new Date().toISOString();

/** What is planned here is what the code of this checkout would do if it were deployed now, after all others. */
const NEXT_RELEASE = '9999-12-31T00:00:00.000Z';

/** A deployment on AWS. */
export async function openAwsContext(start: Start, name: string): Promise<Context> {
  const deployment = await findDeployment(new SSMClient(CLIENT_SETTINGS), name);
  const settings = { ...CLIENT_SETTINGS, region: deployment.region };
  const { warehouse: bucket, databases, workgroup } = deployment;
  const project = await loadProject({ contracts: join(start.root, 'dist', 'contracts'), sql: join(start.root, 'sql') });
  const store = new S3Store(new S3Client(settings), bucket);
  const log = new CommitLog(store, clock);
  const glue = new GlueClient(settings);

  const reconcile = async ({ scope, forceUpTo }: ReconcileOptions): Promise<RunReport> => {
    const progress = new ProgressLine();
    const isBackfill = scope?.from !== undefined || scope?.to !== undefined || forceUpTo !== undefined;
    const report = await followRun({
      sfn: new SFNClient(settings),
      machine: isBackfill ? deployment.backfill : deployment.daily,
      files: new RunFiles(store, newId(clock())),
      input: { ...scope, ...(forceUpTo === undefined ? {} : { force: true }) },
      pause: sleep,
      onStarted: (execution) =>
        process.stderr.write(`Started ${execution}\nIt goes on by itself should this command be stopped.\n`),
      onProgress: (text) => progress.show(text),
    });
    progress.clear();
    return report;
  };

  return {
    ...{ where: `s3://${bucket}`, release: NEXT_RELEASE, clock, store, log, project, reconcile },
    ask: async (sql, asOf) => {
      const athena = new AthenaClient(settings);
      const request = { athena, glue, store, bucket, databases, workgroup, project, id: newId(clock()) };
      const { result, statistics } = await askAthena(request, sql, asOf);
      process.stderr.write(`Scanned ${bytesText(statistics.bytes)}, ${dollarsText(statistics.dollars)}.\n`);
      return result;
    },
    show: async (tables) => {
      const shown = catalogTables(
        project,
        project.contracts.map(({ entity }) => entity),
      );
      const catalog = new GlueCatalog(glue, shown, { warehouse: bucket, databases });
      await projectLog({ log, catalog, store, tables });
    },
    close: async () => {},
  };
}
