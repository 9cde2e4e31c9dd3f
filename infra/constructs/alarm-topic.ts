import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** Tells people of alarms. */
export class AlarmTopic extends Topic {
  constructor(
    scope: Construct,
    id: string,
    { name, key, email }: { name: string; key: IKey; email: string | undefined },
  ) {
    super(scope, id, { topicName: `${name}-alarms`, displayName: `Sluice ${name}`, masterKey: key, enforceSSL: true });
    // A policy of one's own takes the place of the default, by which the account's alarms may publish.
    const { account } = Stack.of(this);
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    if (email) this.addSubscription(new EmailSubscription(email));
  }
}
