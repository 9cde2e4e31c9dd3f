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
    if (email) this.addSubscription(new EmailSubscription(email));
  }
}
