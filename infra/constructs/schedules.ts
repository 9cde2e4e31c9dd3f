import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';

interface SchedulesProps {
  readonly deployment: Deployment;
  readonly daily: IStateMachine;
  readonly collect: IFunction;
  /** Takes the calls that did not come off. */
  readonly missed: IQueue;
}

/** Starts the daily run, those in between if wanted, and the collector half a day later. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { deployment, daily, collect, missed }: SchedulesProps) {
    super(scope, id);
    const { name, schedule } = deployment;
    const { partition, region, account } = Stack.of(this);
    const group = new CfnScheduleGroup(this, 'Group', { name });
    const role = new Role(this, 'Role', {
      description: `What the schedules of ${name} may start`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': account,
            'aws:SourceArn': `arn:${partition}:scheduler:${region}:${account}:schedule-group/${name}`,
          },
        },
      }),
    });
    const allow = (action: string, resource: string) =>
      role.addToPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
    allow('states:StartExecution', daily.stateMachineArn);
    allow('lambda:InvokeFunction', collect.functionArn);
    allow('sqs:SendMessage', missed.queueArn);

    const add = (scheduleId: string, description: string, scheduleExpression: string, arn: string): void => {
      const added = new CfnSchedule(this, scheduleId, {
        groupName: group.ref,
        description,
        scheduleExpression,
        scheduleExpressionTimezone: 'UTC',
        // Nobody waits for the minute, and not every deployment of a region needs to start in the same one.
        flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 10 },
        target: {
          arn,
          roleArn: role.roleArn,
          input: '{}',
          retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 3600 },
          deadLetterConfig: { arn: missed.queueArn },
        },
      });
      added.node.addDependency(role);
    };
    const [hour, minute] = schedule.daily.split(':').map(Number) as [number, number];
    const at = (hourOfDay: number) => `cron(${minute} ${hourOfDay % 24} * * ? *)`;
    add('Daily', `The daily run of ${name}`, at(hour), daily.stateMachineArn);
    if (schedule.everyHours !== undefined) {
      const rate = `rate(${schedule.everyHours} ${schedule.everyHours === 1 ? 'hour' : 'hours'})`;
      add('Between', `Runs of ${name} between the daily ones`, rate, daily.stateMachineArn);
    }
    add('Collect', `Deletes what nothing in ${name} refers to any more`, at(hour + 12), collect.functionArn);
  }
}
