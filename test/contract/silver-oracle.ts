import { createHash } from 'node:crypto';
import type { Contract } from '../../core/contract/contract.ts';
import type { Field } from '../../core/contract/field.ts';
import type { Standardisation } from '../../core/contract/standardise.ts';
import { kept } from './protected-values.ts';
import type { Received } from './run-model.ts';

/*
 * What silver must give, told again in plain TypeScript: strings, BigInt and loops, nothing shared with the SQL.
 */

/** A record as the tests make it: each field as the JSON token it is sent as, or absent. */
export interface Sent {
  readonly envelope: { readonly id: string | null; readonly source: string | null } | 'bare';
  readonly tokens: Readonly<Record<string, string | undefined>>;
  readonly arrival: string;
  /** Sequence number, for a record from the stream. */
  readonly sequence?: string;
  /** Of a bare record of which nothing can be read: why, and its text. */
  readonly unreadable?: { readonly reason: string; readonly payload: string };
}

type Row = Record<string, string | null>;

export interface Expected {
  readonly silver: Row[];
  readonly quarantine: { id: string | null; reasons: string; payload: string; dt: string }[];
  readonly balance: Row[];
}

function payloadOf({ envelope, tokens, unreadable }: Sent, entity: string): string {
  if (unreadable) return unreadable.payload;
  const given = Object.entries(tokens).filter(([, token]) => token !== undefined);
  const data = `{${given.map(([name, token]) => `"${name}": ${token}`).join(', ')}}`;
  if (envelope === 'bare') return data;
  const { id, source } = envelope;
  return `{"specversion":"1.0","id":${JSON.stringify(id)},"source":${JSON.stringify(source)},"type":"${entity}","data":${data}}`;
}

export function receivedOf(sent: Sent, contract: Contract): Received {
  const { eventTime } = contract;
  const { unreadable } = sent;
  const token = eventTime === undefined ? `"${sent.arrival}T00:00:00Z"` : sent.tokens[eventTime];
  const written = token?.startsWith('"') ? momentOf(JSON.parse(token)) : undefined;
  const day = written === undefined ? 'unknown' : new Date(written).toISOString().slice(0, 10);
  const payload = payloadOf(sent, contract.entity);
  const transport = sent.sequence
    ? { shard_id: 'shard-1', sequence_number: sent.sequence }
    : { file_hash: 'f', line: 1 };
  const envelope = sent.envelope === 'bare' ? {} : { ...sent.envelope, type: contract.entity };
  return {
    ...envelope,
    ...transport,
    payload,
    ...(unreadable ? { reason: unreadable.reason } : {}),
    ingest_date: sent.arrival,
    event_date: /^\d{4}-/.test(day) && day >= '0001' ? day : 'unknown',
  };
}

/** The silver table, quarantine and balance of the target days, which no days precede that have records. */
export function expected(contract: Contract, records: readonly Sent[], targets: readonly string[]): Expected {
  const silver: Row[] = [];
  const quarantine: Expected['quarantine'] = [];
  const balance: Row[] = [];
  const seen = new Map<string, string[]>();
  for (const dt of [...targets].sort()) {
    const rows = records.map((sent) => ({ sent, received: receivedOf(sent, contract) }));
    const ofDay = rows.filter(({ received: r }) => (r.event_date === 'unknown' ? r.ingest_date : r.event_date) === dt);
    const delivered = new Set<string>();
    const sound = new Map<string, Row[]>();
    const count = { received: 0, quarantined: 0, sound: 0, redelivered: 0 };
    for (const { sent, received } of ofDay) {
      if (sent.sequence && delivered.has(sent.sequence)) {
        count.redelivered++;
        continue;
      }
      if (sent.sequence) delivered.add(sent.sequence);
      count.received++;
      const { row, reasons } = judge(contract, sent, received.payload);
      if (reasons.length > 0) {
        count.quarantined++;
        quarantine.push({ id: row.id ?? null, reasons: reasons.join(','), payload: received.payload, dt });
      } else {
        count.sound++;
        const key = JSON.stringify(contract.key.map((name) => row[name]));
        const stored = kept(contract, row, received.payload, sent.envelope === 'bare');
        sound.set(key, [...(sound.get(key) ?? []), { ...stored, dt }]);
      }
    }
    let accepted = 0;
    for (const [key, same] of sound) {
      const days = seen.get(key) ?? [];
      seen.set(key, [...days, dt]);
      if (days.some((day) => daysFrom(day, dt) <= (contract.withinDays ?? 0))) continue;
      silver.push(withDerived(best(same, contract), contract));
      accepted++;
    }
    balance.push({
      entity: contract.entity,
      received: String(count.received),
      accepted: String(accepted),
      quarantined: String(count.quarantined),
      duplicates: String(count.sound - accepted),
      redelivered: String(count.redelivered),
      dt,
    });
  }
  return { silver, quarantine, balance };
}

function daysFrom(day: string, later: string): number {
  return (Date.parse(later) - Date.parse(day)) / 86_400_000;
}

export function judge(
  contract: Contract,
  { envelope, tokens, unreadable }: Sent,
  payload: string,
): { row: Row; reasons: string[] } {
  const bare = envelope === 'bare';
  const id = bare ? createHash('md5').update(payload).digest('hex') : envelope.id || null;
  const row: Row = { id, source: bare ? null : envelope.source || null };
  if (unreadable) return { row, reasons: [unreadable.reason] };
  const reasons: string[] = [];
  if (!id) reasons.push('id:missing');
  if (!row.source && !bare) reasons.push('source:missing');
  const isReadable = !Object.values(tokens).some((token) => /\p{Surrogate}/u.test(textOf(token) ?? ''));
  for (const [name, field] of Object.entries(contract.fields)) {
    const text = isReadable ? formOf(field, textOf(tokens[name])) : null;
    const read = text === null ? (field.required ? { code: 'missing' } : { value: null }) : readField(field, text);
    if ('code' in read) reasons.push(`${name}:${read.code}`);
    else if (name === contract.eventTime && Number(read.value) < Date.parse(contract.earliest))
      reasons.push(`${name}:too_early`);
    else row[name] = read.value;
  }
  return { row, reasons };
}

function best(rows: readonly Row[], { order, fields, historyVersion }: Contract): Row {
  const names = [...order, 'id', 'source', ...Object.keys(fields)];
  const exported = (row: Row): number => Number((historyVersion && row[historyVersion]) ?? Number.NEGATIVE_INFINITY);
  return [...rows].sort((a, b) => {
    if (exported(a) !== exported(b)) return exported(b) - exported(a);
    for (const name of names) {
      const difference = compare(a[name] ?? null, b[name] ?? null, fields[name]);
      if (difference !== 0) return difference;
    }
    return 0;
  })[0]!;
}

function compare(a: string | null, b: string | null, field: Field | undefined): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (field?.kind === 'integer' || field?.kind === 'timestamp') return BigInt(a) < BigInt(b) ? -1 : 1;
  if (field?.kind === 'decimal' || field?.kind === 'double') return Number(a) - Number(b);
  return a < b ? -1 : 1;
}

function withDerived(row: Row, { derived }: Contract): Row {
  const columns = Object.entries(derived).map(([name, { from, map, otherwise, missing = null }]) => {
    const value = row[from] ?? null;
    const listed = Object.entries(map).find(
      ([one]) => inForm(one, ['trim', 'lower']) === inForm(value, ['trim', 'lower']),
    );
    return [name, value === null ? missing : (listed?.[1] ?? otherwise)] as const;
  });
  return { ...row, ...Object.fromEntries(columns) };
}

const BLANKS = new Set(['\t', '\n', '\v', '\f', '\r', ' ']);

function formOf(field: Field, text: string | null): string | null {
  return field.kind === 'text' ? inForm(text, field.standardise ?? []) : text;
}

function inForm(text: string | null, steps: readonly Standardisation[]): string | null {
  if (text === null) return null;
  let characters = [...text];
  for (const step of steps) {
    if (step === 'trim') {
      const isText = (character: string) => !BLANKS.has(character);
      characters = characters.slice(characters.findIndex(isText), characters.findLastIndex(isText) + 1);
    } else {
      const [from, to] = step === 'upper' ? ['az', -32] : ['AZ', 32];
      characters = characters.map((one) =>
        one.length === 1 && one >= from[0]! && one <= from[1]! ? String.fromCharCode(one.charCodeAt(0) + to) : one,
      );
    }
  }
  return characters.join('') || null;
}

function textOf(token: string | undefined): string | null {
  if (token === undefined || token === 'null' || /^[[{]/.test(token)) return null;
  return (token.startsWith('"') ? (JSON.parse(token) as string) : token) || null;
}

type Read = { value: string | null } | { code: string };

function readField(field: Field, text: string): Read {
  switch (field.kind) {
    case 'text': {
      const length = [...text].length;
      if (field.min !== undefined && length < field.min) return { code: 'too_short' };
      if (field.max !== undefined && length > field.max) return { code: 'too_long' };
      return field.pattern && !new RegExp(field.pattern, 'u').test(text) ? { code: 'bad_format' } : { value: text };
    }
    case 'one-of':
      return field.values.includes(text) ? { value: text } : { code: 'not_allowed' };
    case 'boolean': {
      const word = text.toLowerCase();
      if (word === 'true' || word === '1') return { value: 'true' };
      return word === 'false' || word === '0' ? { value: 'false' } : { code: 'not_a_boolean' };
    }
    case 'date':
      if (!dayExists(text)) return { code: 'bad_date' };
      return text.startsWith('0000') ? { code: 'out_of_range' } : { value: text };
    case 'timestamp': {
      const moment = momentOf(text);
      if (moment === undefined) return { code: 'bad_timestamp' };
      const year = new Date(moment).getUTCFullYear();
      return year < 1 || year > 9999 ? { code: 'out_of_range' } : { value: String(moment) };
    }
    case 'double': {
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text)) return { code: 'not_a_number' };
      const value = Number(text);
      if (Math.abs(value) > 1e308 || outside(field, (bound) => value - Number(bound))) return { code: 'out_of_range' };
      return { value: String(value + 0) };
    }
    case 'integer':
      return numberOf(field, text, 0, (units) => units >= -(2n ** 63n) && units < 2n ** 63n, 'not_an_integer');
    case 'decimal':
      return numberOf(
        field,
        text,
        field.scale,
        (units) => magnitude(units) < 10n ** BigInt(field.precision),
        'too_many_decimals',
      );
  }
}

function numberOf(
  field: Extract<Field, { kind: 'integer' | 'decimal' }>,
  text: string,
  scale: number,
  fits: (units: bigint) => boolean,
  inexact: string,
): Read {
  const found = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i.exec(text);
  if (!found) return { code: 'not_a_number' };
  const [, sign, whole = '', fraction = '', exponent] = found;
  const shift = Number(exponent ?? 0) - fraction.length + scale;
  let units = BigInt(whole + fraction);
  if (shift < 0 && units % 10n ** BigInt(-shift) !== 0n) return { code: inexact };
  units = shift < 0 ? units / 10n ** BigInt(-shift) : units * 10n ** BigInt(shift);
  if (exponent !== undefined && units >= 10n ** 15n) return { code: 'out_of_range' };
  if (sign === '-') units = -units;
  if (!fits(units)) return { code: 'out_of_range' };
  const distance = (bound: number | string) => units - unitsOf(String(bound), scale);
  return outside(field, distance) ? { code: 'out_of_range' } : { value: fixed(units, scale) };
}

type Limits = Pick<Extract<Field, { kind: 'decimal' }>, 'min' | 'max' | 'above' | 'below'>;

function outside({ min, max, above, below }: Limits, distance: (bound: number | string) => number | bigint): boolean {
  return (
    (min !== undefined && distance(min) < 0) ||
    (max !== undefined && distance(max) > 0) ||
    (above !== undefined && distance(above) <= 0) ||
    (below !== undefined && distance(below) >= 0)
  );
}

function unitsOf(bound: string, scale: number): bigint {
  const [whole = '', fraction = ''] = bound.split('.');
  return BigInt(whole + fraction.padEnd(scale, '0'));
}

function fixed(units: bigint, scale: number): string {
  if (scale === 0) return String(units);
  const digits = String(magnitude(units)).padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}

function dayExists(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Milliseconds since 1970, the rest cut off; undefined if the text is no event time. */
function momentOf(text: string): number | undefined {
  const found = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|([+-])(\d{2}):(\d{2}))?$/.exec(text);
  if (!found) return undefined;
  const [, day = '', hour, minute, second, fraction = '', , sign, zoneHour = '0', zoneMinute = '0'] = found;
  const zone = Number(zoneHour) * 60 + Number(zoneMinute);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (!dayExists(day) || Number(zoneMinute) > 59 || zone > 14 * 60) return undefined;
  const local = Date.parse(`${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  return local - (sign === '-' ? -zone : zone) * 60_000;
}
