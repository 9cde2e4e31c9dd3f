/** A Lambda runs for 15 minutes at most; a call of which nothing is heard after that is lost. */
const LOST_AFTER_SECONDS = 960;

/** A task that calls a Lambda and waits for its answer. */
export function invoke(partition: string, functionArn: string, payload: Record<string, string>) {
  return {
    Type: 'Task',
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Parameters: { FunctionName: functionArn, Payload: payload },
    TimeoutSeconds: LOST_AFTER_SECONDS,
  };
}
