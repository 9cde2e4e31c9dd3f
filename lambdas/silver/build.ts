import { randomBytes } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { StagedDuckDbEngine } from '../../adapters/aws/staged-duckdb-engine.ts';
import { sweepScratch } from '../../adapters/aws/sweep-scratch.ts';
import { lambdaDollars } from '../../core/plan/estimate.ts';
import { logBatch, logOutcome } from '../log-outcome.ts';
import { stepOf } from '../step-of.ts';
import { deployedWarehouse } from '../warehouse.ts';
import { builder } from './builder.ts';

const warehouse = await deployedWarehouse();
const disk = statfsSync(tmpdir());
const megabytes = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);

const engine = new StagedDuckDbEngine({
  store: warehouse.store,
  prelude: warehouse.project.prelude,
  // The rest is for node, and for what DuckDB does not count.
  memory: `${Math.floor(megabytes * 0.65)}MB`,
  // The rest of the disk is for what is written, and for what DuckDB spills.
  stagedBytes: disk.bsize * disk.blocks * 0.5,
});

export const handler = stepOf('build', async (event: unknown) => {
  await sweepScratch();
  const started = performance.now();
  const dollars = () => lambdaDollars((performance.now() - started) / 1000, megabytes / 1024);
  // Another folder for each attempt: what an attempt that died has written is nobody's, and must not lie beside the rest.
  const suffix = () => `-${randomBytes(4).toString('hex')}`;
  return builder({ ...warehouse, engine, suffix, dollars, onBatch: logBatch, onOutcome: logOutcome })(event);
});
