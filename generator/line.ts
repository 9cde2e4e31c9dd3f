import type { Delivery } from './deliveries.ts';
import { ENTITIES, type Event } from './entities.ts';
import type { Entity } from './entity.ts';
import { eventId } from './event-id.ts';
import { isoTime } from './iso-time.ts';

/** The delivery as it is received: a CloudEvents 1.0 event as one line of JSON, or what a defect left of it. */
export function line({ event, number, arrival, defect }: Delivery, seed: number): string {
  const time = isoTime(event.at);
  const { data, defects, further } = ENTITIES[event.kind] as Entity<Event>;
  const text =
    `{"specversion":"1.0","id":"${eventId(number, seed)}","source":"${event.person.source}","type":"${event.kind}"` +
    `,"time":"${time}","datacontenttype":"application/json","data":{${data(event, time)}}}`;
  return defect === undefined ? text : (defects[defect] ?? further![defect]!)(text, arrival);
}
