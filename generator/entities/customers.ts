import { type Entity, type Happening, optional } from '../entity.ts';
import { emailOf, type Profile, phoneOf } from '../profile.ts';
import { garbage, instead, nulled, truncated, without } from '../spoil.ts';

/** A customer registered, or something about them changed. */
export interface CustomerChange extends Happening {
  kind: 'customers';
  person: Profile;
}

export const customers: Entity<CustomerChange> = {
  data: ({ person }, time) =>
    `"customer_id":"${person.id}","name":"${person.name}","email":"${emailOf(person)}"${optional('phone', phoneOf(person))}` +
    `,"registration_date":"${person.joined}","location":"${person.place.location}","customer_segment":"${person.segment}"` +
    `,"updated_at":"${time}"`,
  defects: {
    'no customer_id': without('customer_id'),
    'null name': nulled('name'),
    'no email': without('email'),
    'impossible registration_date': instead('registration_date', '"31/12/2025"'),
    'no registration_date': without('registration_date'),
    'no location': without('location'),
    'unknown segment': instead('customer_segment', '"whale"'),
    'no customer_segment': without('customer_segment'),
    'impossible update': instead('updated_at', '"2026-06-31T00:00:00Z"'),
    truncated,
    garbage,
  },
};
