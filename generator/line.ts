import type { Delivery } from './deliveries.ts';
import { ENTITIES, type Event, type Kind } from './entities.ts';
import { type Entity, remembered } from './entity.ts';
import { eventId } from './event-id.ts';
import { isoTime } from './iso-time.ts';

/** What stands between id and time, by the source. */
const HEADS = Object.fromEntries(
  Object.keys(ENTITIES).map((kind) => [
    kind,
    remembered((source: string) => `","source":"${source}","type":"${kind}","time":"`),
  ]),
) as Record<Kind, (source: string) => string>;

/** The delivery as it is received: a CloudEvents 1.0 event as one line of JSON, or what a defect left of it. */
export function line({ event, number, arrival, defect }: Delivery, seed: number): string {
  const time = isoTime(event.at);
  const { data, defects, further } = ENTITIES[event.kind] as Entity<Event>;
  const text =
    `{"specversion":"1.0","id":"${eventId(number, seed)}${HEADS[event.kind](event.person.source)}` +
    `${time}","datacontenttype":"application/json","data":{${data(event, time)}}}`;
  return defect === undefined ? text : (defects[defect] ?? further![defect]!)(text, arrival);
}
