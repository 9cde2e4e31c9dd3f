import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeScratch } from '../../adapters/aws/s3-scratch.ts';
import { scratchPrefix, sweepScratch } from '../../adapters/aws/sweep-scratch.ts';

let disk: string;
beforeEach(async () => {
  disk = await mkdtemp(join(tmpdir(), 'sluice-sweep-'));
});
afterEach(() => rm(disk, { recursive: true }));

const LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'sluice-drop' };
/** The number of a process that is gone. */
const gone = spawnSync(process.execPath, ['--version']).pid;

async function leave(prefix: string): Promise<void> {
  const folder = join(disk, `${prefix}AbC123`, 'bronze');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'a.parquet'), 'x');
}

describe('the scratch folder of a process that', () => {
  it.each([
    ['is gone', scratchPrefix(gone)],
    ['had the number that this one has', scratchPrefix(process.pid, 'another1')],
  ])('%s is deleted, with all in it', async (_, prefix) => {
    await leave(prefix);
    expect(await sweepScratch(LAMBDA, disk)).toBe(1);
    expect(await readdir(disk)).toEqual([]);
  });

  it.each([
    ['is this one', scratchPrefix()],
    ['is another that lives', scratchPrefix(process.ppid)],
    ['is not ours', 'sluice-drop-'],
  ])('%s stays', async (_, prefix) => {
    await leave(prefix);
    expect(await sweepScratch(LAMBDA, disk)).toBe(0);
    expect(await readdir(disk)).toHaveLength(1);
  });

  it('is gone stays where this is no Lambda', async () => {
    await leave(scratchPrefix(gone));
    expect(await sweepScratch({}, disk)).toBe(0);
    expect(await readdir(disk)).toHaveLength(1);
  });
});

it('scratch folders have names by which they are found', async () => {
  expect(await makeScratch(disk)).toContain(join(disk, scratchPrefix()));
});
