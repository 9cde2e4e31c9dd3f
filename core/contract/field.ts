import * as z from 'zod';
import { eventDateOf } from '../bronze/event-date.ts';
import type { SqlType } from '../model/column.ts';
import { compareDecimals } from './compare-decimals.ts';
import { decimalPattern } from './decimal-pattern.ts';
import type { Protection } from './protection.ts';
import { type Standardisation, standardised } from './standardise.ts';

/** Personal data: `direct` names or reaches a person (name, email, phone), `pseudonym` points at one (user_id). */
type Pii = 'direct' | 'pseudonym';

/** What every field says of itself. */
export interface About {
  /** What the value is, with its unit, in a sentence: it becomes the column's comment and the docs. */
  readonly meaning: string;
  readonly pii?: Pii;
  /**
   * How silver keeps personal data. Where nothing is said, `direct` is kept as a keyed hash, which only a text can be, and
   * `pseudonym` as it is.
   */
  readonly protection?: Protection;
}

interface Described<T> extends About {
  /** False: the value may be absent, null or empty. */
  readonly required: boolean;
  readonly type: SqlType;
  /** Accepts what a producer may put into its JSON, and gives it as the type that an event has in TypeScript. */
  readonly json: z.ZodType<T>;
}

interface TextLimits {
  /** Least and greatest length in characters (code points). */
  readonly min?: number;
  readonly max?: number;
  /** A regular expression that the whole text must match, in what RE2, Java and JavaScript share: no look-around. */
  readonly pattern?: string;
  /** Done in this order before the other limits are looked at; what is left of blanks only counts as none. */
  readonly standardise?: readonly Standardisation[];
}

interface IntegerLimits {
  /** Included bounds. */
  readonly min?: number;
  readonly max?: number;
  /** Excluded bounds. */
  readonly above?: number;
  readonly below?: number;
}

interface NumberLimits {
  readonly min?: number | string;
  readonly max?: number | string;
  readonly above?: number | string;
  readonly below?: number | string;
}

export interface TextField extends Described<string>, TextLimits {
  readonly kind: 'text';
}
export interface IntegerField<T extends number | bigint = number | bigint> extends Described<T>, IntegerLimits {
  readonly kind: 'integer';
}
export interface DecimalField extends Described<string>, NumberLimits {
  readonly kind: 'decimal';
  readonly precision: number;
  readonly scale: number;
}
export interface DoubleField extends Described<number>, NumberLimits {
  readonly kind: 'double';
}
export interface BooleanField extends Described<boolean> {
  readonly kind: 'boolean';
}
export interface TimestampField extends Described<string> {
  readonly kind: 'timestamp';
}
export interface DateField extends Described<string> {
  readonly kind: 'date';
}
export interface OneOfField<T extends string = string> extends Described<T> {
  readonly kind: 'one-of';
  readonly values: readonly T[];
}

export type Field =
  | TextField
  | IntegerField
  | DecimalField
  | DoubleField
  | BooleanField
  | TimestampField
  | DateField
  | OneOfField;

/** A text. JSON numbers and booleans are taken as their text by silver, though the JSON Schema asks for a string. */
export function text(spec: About & TextLimits): TextField {
  const { min = 1, max = Infinity, pattern, standardise = [] } = spec;
  const json = z
    .string()
    .transform((value) => standardised(value, standardise))
    // JSON can escape half a surrogate pair, but it is no text.
    .refine((value) => !/\p{Surrogate}/u.test(value), 'not Unicode')
    .refine((value) => [...value].length >= min, `shorter than ${min}`)
    .refine((value) => [...value].length <= max, `longer than ${max}`)
    .refine((value) => pattern === undefined || new RegExp(pattern, 'u').test(value), `not in the form ${pattern}`);
  return { kind: 'text', required: true, type: 'varchar', json, ...spec };
}

/**
 * A 64-bit integer, as a JSON number or (from 16 digits, which a JSON number may lose) as text. A `number` in TypeScript if
 * both bounds are given, else a `bigint`.
 */
export function integer(spec: About & { readonly min: number; readonly max: number }): IntegerField<number>;
export function integer(spec: About & IntegerLimits): IntegerField<bigint>;
export function integer(spec: About & IntegerLimits): IntegerField<number> | IntegerField<bigint> {
  const exact = z
    .union([z.int().gt(-1e15).lt(1e15), z.string().regex(/^[+-]?[0-9]{1,18}$/), z.bigint()])
    .transform((value) => BigInt(value))
    .refine((value) => within(value, spec), 'out of range');
  const described = { kind: 'integer', required: true, type: 'bigint', ...spec } as const;
  if (spec.min === undefined || spec.max === undefined) return { ...described, json: exact };
  return { ...described, json: exact.transform(Number) };
}

/** An exact decimal of `precision` digits, `scale` of them after the point; a text in TypeScript, so that no digit is lost. */
export function decimal(precision: number, scale: number, spec: About & NumberLimits): DecimalField {
  const form = decimalPattern(precision, scale);
  const json = z
    .union([
      z.number().refine((value) => Math.abs(value) < 10 ** (15 - scale), 'too large for a JSON number'),
      z.string(),
    ])
    .transform(String)
    .refine((value) => form.test(value), `not a decimal(${precision},${scale})`)
    .refine((value) => !form.test(value) || decimalWithin(value, spec), 'out of range');
  return { kind: 'decimal', required: true, type: `decimal(${precision},${scale})`, json, precision, scale, ...spec };
}

/** A floating-point number. Money and counts are not: use `decimal` and `integer`. */
export function double(spec: About & NumberLimits): DoubleField {
  const json = z.number().refine((value) => within(value, spec), 'out of range');
  return { kind: 'double', required: true, type: 'double', json, ...spec };
}

export function boolean(spec: About): BooleanField {
  return { kind: 'boolean', required: true, type: 'boolean', json: z.boolean(), ...spec };
}

/** A moment in ISO 8601, UTC if it names no zone; silver keeps UTC with milliseconds. */
export function timestamp(spec: About): TimestampField {
  const json = z.string().refine((value) => eventDateOf(value) !== undefined, 'not an ISO 8601 time to the second');
  return { kind: 'timestamp', required: true, type: 'timestamp', json, ...spec };
}

/** A day of the calendar, YYYY-MM-DD. */
export function date(spec: About): DateField {
  const json = z.iso.date().refine((value) => value >= '0001', 'before the year 1');
  return { kind: 'date', required: true, type: 'date', json, ...spec };
}

/** One of a few texts. Adding a value later is no breaking change, removing one is. */
export function oneOf<const T extends string>(values: readonly [T, ...T[]], spec: About): OneOfField<T> {
  return { kind: 'one-of', required: true, type: 'varchar', json: z.enum(values), values, ...spec };
}

/** The same field, but the value may be absent, null or empty. */
export function optional<F extends Field>(field: F): F & { readonly required: false } {
  return { ...field, required: false } as F & { readonly required: false };
}

function within(value: number | bigint, { min, max, above, below }: NumberLimits): boolean {
  return (
    (min === undefined || value >= Number(min)) &&
    (max === undefined || value <= Number(max)) &&
    (above === undefined || value > Number(above)) &&
    (below === undefined || value < Number(below))
  );
}

function decimalWithin(value: string, { min, max, above, below }: NumberLimits): boolean {
  const order = (bound: number | string) => compareDecimals(value, String(bound));
  return (
    (min === undefined || order(min) >= 0) &&
    (max === undefined || order(max) <= 0) &&
    (above === undefined || order(above) > 0) &&
    (below === undefined || order(below) < 0)
  );
}
