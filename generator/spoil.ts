/** Makes a line as it should not be from one that is sound. `arrival` is when it comes, in milliseconds. */
export type Spoil = (line: string, arrival: number) => string;

/** What the writers of lines put for a byte that is no UTF-8: a character of the private use area. */
export const BROKEN_BYTE = '\uf8ff';

/** A member that is missing. */
export function without(field: string): Spoil {
  const first = member(field, ',');
  const last = new RegExp(`,${member(field, '').source}`);
  return (line) => (first.test(line) ? line.replace(first, '') : line.replace(last, ''));
}

/** A member with another value: JSON, or made from the JSON it has. */
export function instead(field: string, json: string | ((sound: string) => string)): Spoil {
  const found = member(field, '');
  return (line) =>
    line.replace(found, (_, sound: string) => `"${field}":${typeof json === 'string' ? json : json(sound)}`);
}

/** An optional member with that value, after `before`; never twice, for readers disagree which of two counts. */
export function withMember(field: string, json: string, before: string): Spoil {
  const removed = without(field);
  const added = instead(before, (sound) => `${sound},"${field}":${json}`);
  return (line, arrival) => added(removed(line, arrival), arrival);
}

export function nulled(field: string): Spoil {
  return instead(field, 'null');
}

export const truncated: Spoil = (line) => line.slice(0, Math.floor(line.length * 0.6));
export const garbage: Spoil = (_, arrival) => `garbage not json ${arrival}`;
export const noUtf8: Spoil = (line) => line.replace('"source":"', `"source":"${BROKEN_BYTE}`);
export const inArray: Spoil = (line) => `[${line}]`;
export const noType: Spoil = without('type');
export const unknownType: Spoil = instead('type', '"heartbeats"');

/** Those after which nobody can tell the entity. */
export const UNPARSABLE: ReadonlySet<Spoil> = new Set([truncated, garbage, noUtf8, inArray, noType, unknownType]);

/** A scalar member of a flat object, with what follows it. */
function member(field: string, after: string): RegExp {
  return new RegExp(`"${field}":("(?:[^"\\\\]|\\\\.)*"|[^",{}]+)${after}`);
}
