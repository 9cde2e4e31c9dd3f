import type { Delivery } from './deliveries.ts';
import type { Interaction, Transaction } from './event.ts';
import { isoTime } from './iso-time.ts';
import { mix32 } from './random.ts';

/** The delivery as it is received: a CloudEvents 1.0 event as one line of JSON, or what a defect left of it. */
export function line(delivery: Delivery, seed: number): string {
  if (delivery.defect === 'garbage') return `garbage not json ${delivery.arrival}`;
  const { event } = delivery;
  const time = isoTime(event.at);
  const data =
    event.kind === 'interactions' ? interactionData(event, delivery, time) : transactionData(event, delivery, time);
  const text =
    `{"specversion":"1.0","id":"${eventId(delivery.number, seed)}","source":"${event.person.source}","type":"${event.kind}"` +
    `,"time":"${time}","datacontenttype":"application/json","data":{${data}}}`;
  return delivery.defect === 'truncated' ? text.slice(0, Math.floor(text.length * 0.6)) : text;
}

function interactionData(event: Interaction, { defect }: Delivery, time: string): string {
  const action = defect === 'unknown action' ? 'hack' : event.action;
  return (
    `${user(event, defect)}"timestamp":"${timestamp(time, defect)}","action_type":"${action}",` +
    `${defect === 'no page_id' ? '' : `"page_id":"${page(event.page)}",`}"duration_ms":${duration(event, defect)}` +
    `,"app_version":"${event.app}"${optional('device_type', event.person.device)}`
  );
}

function transactionData(event: Transaction, { defect }: Delivery, time: string): string {
  const { channel, currency, payment } = event.person;
  return (
    `"transaction_id":"t${event.number}",${user(event, defect)}"product_id":"p${event.product}"` +
    `,"quantity":${quantity(event, defect)},"price":${price(event, defect)},"timestamp":"${timestamp(time, defect)}"` +
    optional('channel', channel) +
    optional('currency', currency) +
    optional('payment_method', payment) +
    optional('transaction_status', event.status)
  );
}

function user({ person }: Interaction | Transaction, defect: Delivery['defect']): string {
  if (defect === 'no user_id') return '';
  return defect === 'null user_id' ? '"user_id":null,' : `"user_id":"${person.id}",`;
}

function timestamp(time: string, defect: Delivery['defect']): string {
  return defect === 'impossible timestamp' ? '2026-13-45T99:00:00Z' : time;
}

/** One page in a thousand has a name that JSON must escape, another letters outside ASCII. */
function page(number: number): string {
  if (number % 1000 === 999) return `caf\\u00e9 \\"menu\\" \\\\ p${number}`;
  return number % 1000 === 998 ? `crème brûlée p${number}` : `p${number}`;
}

function duration(event: Interaction, defect: Delivery['defect']): string {
  switch (defect) {
    case 'text duration':
      return '"12,5x"';
    case 'too long':
      return '7200001';
    case 'negative duration':
      return '-1';
    case 'fractional duration':
      return '12.5';
    default:
      return String(event.duration);
  }
}

function quantity(event: Transaction, defect: Delivery['defect']): string {
  switch (defect) {
    case 'quantity 0':
      return '0';
    case 'text quantity':
      return '"two"';
    case 'fractional quantity':
      return '2.5';
    default:
      return String(event.quantity);
  }
}

function price(event: Transaction, defect: Delivery['defect']): string {
  const cents = event.cents % 100;
  const amount = `${(event.cents - cents) / 100}.${cents < 10 ? '0' : ''}${cents}`;
  switch (defect) {
    case 'text price':
      return '"12,50"';
    case 'negative price':
      return `-${amount}`;
    case 'price 0':
      return '0.00';
    default:
      return amount;
  }
}

function optional(field: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${field}":"${value}"`;
}

const HEX = Array.from({ length: 0x1_0000 }, (_, value) => value.toString(16).padStart(4, '0'));

/** 128 bits in hexadecimal, unique for a number and without order, so that ids compress as badly as real ones. */
function eventId(number: number, seed: number): string {
  const low = mix32(number ^ mix32(seed));
  const high = mix32(Math.floor(number / 0x1_0000_0000) + mix32(low + 1));
  const third = mix32(high ^ Math.imul(low, 0x9e3779b1));
  const fourth = mix32(third ^ Math.imul(high, 0x9e3779b1));
  return (
    HEX[low >>> 16]! +
    HEX[low & 0xffff]! +
    HEX[high >>> 16]! +
    HEX[high & 0xffff]! +
    HEX[third >>> 16]! +
    HEX[third & 0xffff]! +
    HEX[fourth >>> 16]! +
    HEX[fourth & 0xffff]!
  );
}
