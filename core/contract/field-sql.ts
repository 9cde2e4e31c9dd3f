import { EVENT_TIME_PATTERN } from '../bronze/event-date.ts';
import { decimalPattern } from './decimal-pattern.ts';
import type { DecimalField, Field } from './field.ts';
import { standardisedSql } from './standardise.ts';

/*
 * From the text of a field to its typed value, and to the reason why it has none. The text is never empty (absent, null
 * and '' are all null) and every cast is guarded by a regular expression, so that Athena and DuckDB read it alike.
 */

/** The column that holds the text of a field as extracted; field names have no double underscore. */
export function textColumn(name: string): string {
  return `${name}__text`;
}

const EXPONENT = "'^[+-]?[0-9]+([.][0-9]+)?[eE][+-]?[0-9]{1,3}$'";
const PLAIN = "'^[+-]?[0-9]+([.][0-9]+)?$'";
const DOUBLE = "'^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'";
const DATE = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'";
/** UTC with at least milliseconds, as most producers write it: worth a cast without zones. */
const USUAL_TIME = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][.][0-9]{3,9}Z?$'";

/** The field's typed value, null where the text is not one. */
export function typedSql(name: string, field: Field): string {
  const text = textColumn(name);
  switch (field.kind) {
    case 'text':
      return field.standardise ? standardisedSql(text, field.standardise) : text;
    case 'one-of':
      return text;
    case 'integer':
      return `case
    when regexp_like(${text}, '^[+-]?[0-9]{1,18}$') then try_cast(${text} as bigint)
    when regexp_like(${text}, '^[+-]?[0-9]{1,19}([.]0+)?$') then try_cast(regexp_extract(${text}, '^[+-]?[0-9]+') as bigint)
    when ${exponentWithin(text, 0, 15)} then try_cast(round(try_cast(${text} as double)) as bigint)
  end`;
    case 'decimal': {
      const { precision, scale, type } = field;
      return `case
    when regexp_like(${text}, '${decimalPattern(precision, scale).source}') then try_cast(${text} as ${type})
    when ${exponentWithin(text, scale, exponentDigits(field))} then try_cast(round(try_cast(${text} as double), ${scale}) as ${type})
  end`;
    }
    case 'double':
      return `case when regexp_like(${text}, ${DOUBLE}) and abs(try_cast(${text} as double)) <= 1e308 then try_cast(${text} as double) + 0e0 end`;
    case 'boolean':
      return `case when lower(${text}) in ('true', '1') then true when lower(${text}) in ('false', '0') then false end`;
    case 'date':
      return `case when regexp_like(${text}, ${DATE}) then try_cast(${text} as date) end`;
    case 'timestamp':
      return `case
    when regexp_like(${text}, ${USUAL_TIME}) then try_cast(replace(substr(${text}, 1, 23), 'T', ' ') as timestamp)
    when regexp_like(${text}, '${EVENT_TIME_PATTERN}') and try_cast(substr(${text}, 1, 10) as date) is not null
      then cast(from_iso8601_timestamp(regexp_replace(replace(${text}, ' ', 'T'), '([.][0-9]{3})[0-9]+', '$1')) at time zone 'UTC' as timestamp)
  end`;
  }
}

/**
 * The reason code of a field that is not sound, null if it is; null instead of SQL if the field is always sound. Reads the
 * text and the typed column. `rules` are further [condition, code] pairs for a value that has its type.
 */
export function problemSql(
  name: string,
  field: Field,
  rules: readonly (readonly [string, string])[] = [],
): string | null {
  const text = textColumn(name);
  const whens: string[] = [];
  const isStandardised = field.kind === 'text' && field.standardise !== undefined;
  if (field.required) whens.push(`when ${isStandardised ? name : text} is null then '${name}:missing'`);
  for (const [condition, code] of untyped(name, field)) {
    const guard = field.required ? `${name} is null` : `${text} is not null and ${name} is null`;
    whens.push(`when ${condition === 'true' ? guard : `${guard} and ${condition}`} then '${name}:${code}'`);
  }
  for (const [condition, code] of [...outOfBounds(name, field), ...rules])
    whens.push(`when ${condition} then '${name}:${code}'`);
  return whens.length === 0 ? null : `case\n    ${whens.join('\n    ')}\n  end`;
}

/** Why a text has no typed value: the first condition that holds; the last one always does. */
function untyped(name: string, field: Field): [condition: string, code: string][] {
  const text = textColumn(name);
  const plain = `regexp_like(${text}, ${PLAIN})`;
  const exponent = `regexp_like(${text}, ${EXPONENT})`;
  switch (field.kind) {
    case 'text':
    case 'one-of':
      return [];
    case 'integer':
      return [
        [`regexp_like(${text}, '^[+-]?[0-9]+([.]0+)?$')`, 'out_of_range'],
        [plain, 'not_an_integer'],
        [`${exponent} and ${isRounded(text, 0)}`, 'out_of_range'],
        [exponent, 'not_an_integer'],
        ['true', 'not_a_number'],
      ];
    case 'decimal':
      return [
        [`regexp_like(${text}, '^[+-]?[0-9]+[.][0-9]{${field.scale}}[0-9]*[1-9]') and ${plain}`, 'too_many_decimals'],
        [plain, 'out_of_range'],
        [`${exponent} and ${isRounded(text, field.scale)}`, 'out_of_range'],
        [exponent, 'too_many_decimals'],
        ['true', 'not_a_number'],
      ];
    case 'double':
      return [
        [`regexp_like(${text}, ${DOUBLE})`, 'out_of_range'],
        ['true', 'not_a_number'],
      ];
    case 'boolean':
      return [['true', 'not_a_boolean']];
    case 'date':
      return [['true', 'bad_date']];
    case 'timestamp':
      return [['true', 'bad_timestamp']];
  }
}

function outOfBounds(name: string, field: Field): [condition: string, code: string][] {
  switch (field.kind) {
    case 'text': {
      const rules: [string, string][] = [];
      if (field.min !== undefined && field.min > 1) rules.push([`length(${name}) < ${field.min}`, 'too_short']);
      if (field.max !== undefined) rules.push([`length(${name}) > ${field.max}`, 'too_long']);
      if (field.pattern) rules.push([`not regexp_like(${name}, ${quoted(field.pattern)})`, 'bad_format']);
      return rules;
    }
    case 'one-of':
      return [[`${name} not in (${field.values.map(quoted).join(', ')})`, 'not_allowed']];
    case 'integer':
    case 'decimal':
    case 'double': {
      const bound = (value: number | string) =>
        field.kind === 'integer' ? String(value) : `cast('${value}' as ${field.type})`;
      const conditions = [];
      if (field.min !== undefined) conditions.push(`${name} < ${bound(field.min)}`);
      if (field.above !== undefined) conditions.push(`${name} <= ${bound(field.above)}`);
      if (field.max !== undefined) conditions.push(`${name} > ${bound(field.max)}`);
      if (field.below !== undefined) conditions.push(`${name} >= ${bound(field.below)}`);
      return conditions.length === 0 ? [] : [[conditions.join(' or '), 'out_of_range']];
    }
    case 'date':
    case 'timestamp':
      return [[`year(${name}) not between 1 and 9999`, 'out_of_range']];
    default:
      return [];
  }
}

/** Digits before the point up to which a double surely holds a decimal of that scale: 15 significant digits in all. */
function exponentDigits({ precision, scale }: DecimalField): number {
  return Math.min(precision - scale, Math.max(15 - scale, 0));
}

/** The text has an exponent, no more than `scale` decimals, and few enough digits for a double to be exact. */
function exponentWithin(text: string, scale: number, digits: number): string {
  return `regexp_like(${text}, ${EXPONENT}) and ${isRounded(text, scale)} and abs(try_cast(${text} as double)) < 1e${digits}`;
}

function isRounded(text: string, scale: number): string {
  return `round(try_cast(${text} as double), ${scale}) = try_cast(${text} as double)`;
}

/** A text as a SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
