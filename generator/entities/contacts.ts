import type { Entity, Happening } from '../entity.ts';
import { garbage, instead, nulled, truncated, withMember, without } from '../spoil.ts';

/** A customer and the business were in contact. */
export interface Contact extends Happening {
  kind: 'contacts';
  type: string;
  /** Seconds; undefined: nobody answered. */
  wait: number | undefined;
  outcome: string;
}

export const contacts: Entity<Contact> = {
  data: ({ number, person, type, wait, outcome }, time) =>
    `"interaction_id":"i${number}","customer_id":"${person.id}","interaction_date":"${time}","interaction_type":"${type}"` +
    `${wait === undefined ? '' : `,"response_time":${wait}`},"interaction_outcome":"${outcome}"`,
  defects: {
    'no interaction_id': without('interaction_id'),
    'null customer_id': nulled('customer_id'),
    'date without a time': instead('interaction_date', (sound) => `${sound.slice(0, 11)}"`),
    'no interaction_date': without('interaction_date'),
    'unknown type of contact': instead('interaction_type', '"telepathy"'),
    'no interaction_type': without('interaction_type'),
    'unknown outcome': instead('interaction_outcome', '"RESOLVED"'),
    'no outcome': without('interaction_outcome'),
    'negative response time': withMember('response_time', '-5', 'interaction_outcome'),
    truncated,
    garbage,
  },
};
