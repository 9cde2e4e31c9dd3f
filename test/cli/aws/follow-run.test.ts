import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { followRun } from '../../../cli/aws/follow-run.ts';
import type { Wave } from '../../../core/reconcile/run.ts';
import { NO_PROGRESS } from '../../../core/reconcile/run.ts';
import { RunFiles } from '../../../core/steps/run-files.ts';
import { MemoryStore } from '../../ports/memory-store.ts';

const sfn = mockClient(SFNClient);
const REPORT = { ...NO_PROGRESS, waves: 2, run: 'r1', blocked: [], ahead: [] };
const WAVE: Wave = {
  run: { id: 'r1', release: '', basis: 0 },
  ...{ number: 1, since: '', seq: 0, retire: [] },
  batches: [0, 1].map(() => ({ model: 'm', codeDigest: 'c', targets: [], engine: 'duckdb' })),
};

beforeEach(() => {
  sfn.reset();
  sfn.on(StartExecutionCommand).resolves({ executionArn: 'arn:execution' });
});

function follow(files: RunFiles, during: () => Promise<unknown> = async () => {}) {
  const progress: string[] = [];
  const started: string[] = [];
  const report = followRun({
    sfn: sfn as unknown as SFNClient,
    machine: 'arn:machine',
    files,
    input: { tables: ['gold.sessions'] },
    pause: during,
    onStarted: (execution) => started.push(execution),
    onProgress: (text) => progress.push(text),
  });
  return { report, progress, started };
}

describe('a run that is followed', () => {
  it('is started under its id, and tells how far it is', async () => {
    const files = new RunFiles(new MemoryStore(), 'r1');
    sfn
      .on(DescribeExecutionCommand)
      .resolvesOnce({ status: 'RUNNING' })
      .resolvesOnce({ status: 'RUNNING' })
      .resolves({ status: 'SUCCEEDED' });
    let polls = 0;
    const { report, progress, started } = follow(files, async () => {
      if (++polls === 1) {
        await files.addWave(WAVE);
        await files.addOutcome(1, 1, { versions: [], failures: [], errors: [], failed: [], dollars: 0 });
        await files.addReport(REPORT);
      }
    });
    expect(await report).toEqual(REPORT);
    expect(progress).toEqual(['taking up what has arrived', 'wave 1: 1 of 2 batches built']);
    expect(started).toEqual(['arn:execution']);
    const [start] = sfn.commandCalls(StartExecutionCommand);
    expect(start!.args[0].input).toEqual({
      stateMachineArn: 'arn:machine',
      name: 'r1',
      input: '{"tables":["gold.sessions"]}',
    });
  });

  it('gives its report also when it has failed', async () => {
    const files = new RunFiles(new MemoryStore(), 'r1');
    const failed = { ...REPORT, errors: [{ table: 'gold.x', dts: ['2026-01-01'], message: 'no' }] };
    await files.addReport(failed);
    sfn.on(DescribeExecutionCommand).resolves({ status: 'FAILED', error: 'RunFailed', cause: '{}' });
    expect(await follow(files).report).toEqual(failed);
  });

  it('is a failure if its end failed, though nothing of it did', async () => {
    const files = new RunFiles(new MemoryStore(), 'r1');
    await files.addReport(REPORT);
    sfn.on(DescribeExecutionCommand).resolves({ status: 'FAILED', error: 'Lambda.Unknown' });
    await expect(follow(files).report).rejects.toThrow('run r1 ended as FAILED: Lambda.Unknown');
  });

  it('says why it has none', async () => {
    const files = new RunFiles(new MemoryStore(), 'r1');
    const cause = JSON.stringify({ errorMessage: 'there is no gold.x', errorType: 'UsageError' });
    sfn.on(DescribeExecutionCommand).resolves({ status: 'FAILED', error: 'UsageError', cause });
    await expect(follow(files).report).rejects.toThrow('run r1 ended as FAILED: UsageError there is no gold.x');
    sfn.on(DescribeExecutionCommand).resolves({ status: 'ABORTED' });
    await expect(follow(files).report).rejects.toThrow('run r1 ended as ABORTED');
  });
});
