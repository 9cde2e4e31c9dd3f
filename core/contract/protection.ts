import type { Contract, Fields } from './contract.ts';
import type { Field } from './field.ts';

/**
 * How silver keeps a field of personal data. `keyed-hash`: HMAC-SHA256 of the value under the warehouse's own key, so that
 * equal values stay equal and nobody without the key can tell which they are, not by trying all of them either. `none`: as
 * it is.
 */
export type Protection = 'keyed-hash' | 'none';

/** What the contract says or, where it is silent, the safe choice for what names or reaches a person. */
export function protectionOf({ pii, protection }: Field): Protection {
  return protection ?? (pii === 'direct' ? 'keyed-hash' : 'none');
}

/** Whether silver keeps a hash of one of these fields. */
export function hasProtected(fields: Fields): boolean {
  return Object.values(fields).some((field) => protectionOf(field) === 'keyed-hash');
}

/** What a column of silver holds, in a sentence. */
export function keptMeaning(field: Field): string {
  return protectionOf(field) === 'keyed-hash' ? `${field.meaning} Kept as a keyed hash.` : field.meaning;
}

/** A field as silver keeps it, from its typed column; of a protected one, SQL must read `pseudonymJoin` too. */
export function keptSql(name: string, field: Field): string {
  return protectionOf(field) === 'keyed-hash' ? `${keyedHash(name)} as ${name}` : name;
}

/**
 * The CloudEvents id as silver keeps it. A bare record without one is known by the MD5 of its payload, from which the values
 * of a short field can be found by trying: where a field is protected, that hash takes the key, too.
 */
export function keptId(sound: string): string {
  return `case
    when ${sound} and not enveloped and id = lower(to_hex(md5(to_utf8(payload)))) then ${keyedHash('payload')}
    else id
  end as id`;
}

/** Puts the key beside every row; the empty text for a contract that needs none. */
export function pseudonymJoin({ fields }: Pick<Contract, 'fields'>): string {
  return hasProtected(fields) ? `\ncross join ${PADS}` : '';
}

const PADS =
  '(select from_hex(inner_key) as inner__key, from_hex(outer_key) as outer__key from pseudonym_key) as pseudonym';

/**
 * HMAC-SHA256 (RFC 2104) as 64 lower-case hex digits: H(K xor opad, H(K xor ipad, text)). SHA-256 of key and text at once
 * would not be one: who has the hash of a text can compute that of a longer one. DuckDB knows neither HMAC nor xor of bytes,
 * so the relation has the key with either pad.
 */
function keyedHash(column: string): string {
  return `lower(to_hex(sha256(outer__key || sha256(inner__key || to_utf8(${column})))))`;
}
