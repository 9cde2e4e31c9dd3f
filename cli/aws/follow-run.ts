import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { RunReport } from '../../core/reconcile/run.ts';
import type { RunFiles } from '../../core/steps/run-files.ts';

export interface FollowRequest {
  readonly sfn: SFNClient;
  /** ARN. */
  readonly machine: string;
  /** Its name is the run's id. */
  readonly files: RunFiles;
  readonly input: object;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly onStarted: (execution: string) => void;
  readonly onProgress: (text: string) => void;
}

const POLL_MS = 2000;

/**
 * Starts a run on AWS and waits for its end. Returns its report, also if audits or builds failed.
 * @throws Error if the run came to no end of its own
 */
export async function followRun(request: FollowRequest): Promise<RunReport> {
  const { sfn, machine, files, input, pause, onStarted, onProgress } = request;
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: machine, name: files.run, input: JSON.stringify(input) }),
  );
  onStarted(executionArn!);
  for (;;) {
    const { status, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') {
      const { wave, batches, built } = await files.stage();
      onProgress(wave === 0 ? 'taking up what has arrived' : `wave ${wave}: ${built} of ${batches} batches built`);
      await pause(POLL_MS);
      continue;
    }
    const report = await files.findReport();
    const failed = report && report.failures.length + report.errors.length > 0;
    if (report && (failed || status === 'SUCCEEDED')) return report;
    throw new Error(`run ${files.run} ended as ${status}: ${error ?? ''} ${causeText(cause)}`.trim());
  }
}

/** A Lambda's error comes as JSON. */
function causeText(cause: string | undefined): string {
  try {
    return (JSON.parse(cause ?? '') as { errorMessage: string }).errorMessage;
  } catch {
    return cause ?? '';
  }
}
