import { type Entity, type Happening, optional } from '../entity.ts';
import type { Profile } from '../profile.ts';
import { garbage, instead, nulled, truncated, without } from '../spoil.ts';

/** A user joined, or something about their account changed. */
export interface UserChange extends Happening {
  kind: 'users';
  person: Profile;
}

export const users: Entity<UserChange> = {
  data: ({ person }, time) =>
    `"user_id":"${person.id}","join_date":"${person.joined}","country":"${person.place.country}"` +
    `${optional('device_type', person.device)},"subscription_type":"${person.subscription}","updated_at":"${time}"`,
  defects: {
    'no user_id': without('user_id'),
    'null user_id': nulled('user_id'),
    'impossible join_date': instead('join_date', '"2025-02-29"'),
    'no join_date': without('join_date'),
    'country in words': instead('country', '"Germany"'),
    'no country': without('country'),
    'unknown subscription': instead('subscription_type', '"gold"'),
    'no subscription_type': without('subscription_type'),
    'impossible update': instead('updated_at', '"1767225600"'),
    truncated,
    garbage,
  },
};
