import { Alarm, type AlarmProps, type IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

interface RunbookAlarmProps extends Omit<AlarmProps, 'alarmName' | 'alarmDescription'> {
  readonly deployment: string;
  /** What is the matter, in a sentence. */
  readonly meaning: string;
  readonly action: IAlarmAction;
}

/** An alarm that somebody is told of when it rises and when it ends, with what to do in docs/operations.md under its name. */
export class RunbookAlarm extends Alarm {
  /** @param name in kebab case: the alarm's after the deployment's, and the heading in the runbook */
  constructor(scope: Construct, name: string, { deployment, meaning, action, ...props }: RunbookAlarmProps) {
    super(scope, name, {
      ...props,
      alarmName: `${deployment}-${name}`,
      alarmDescription: `${meaning} Runbook: docs/operations.md#${name}`,
    });
    this.addAlarmAction(action);
    this.addOkAction(action);
  }
}
