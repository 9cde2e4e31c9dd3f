import { type Day, dayNumber, dayOf } from '../dates.ts';

/**
 * The texts that are read as an event time: ISO 8601 to the second, with up to nine decimals, and `Z`, an offset up to
 * 14 hours, or nothing (then UTC). Written so that JavaScript, RE2 (DuckDB) and Java (Athena) take it to mean the same.
 */
export const EVENT_TIME_PATTERN =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,9})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?$';

const PATTERN = new RegExp(EVENT_TIME_PATTERN);
const FIRST_DAY = '0001-01-01';
const LAST_DAY = '9999-12-31';
const LAST_DAY_NUMBER = dayNumber(LAST_DAY);

/**
 * The UTC day of an event time; undefined if the text has another form, is not a day of the calendar, or lies outside
 * 0001-01-01..9999-12-31 once moved to UTC. The text is taken as it is, never trimmed.
 */
export function eventDateOf(text: string): Day | undefined {
  if (!PATTERN.test(text)) return undefined;
  const day = text.slice(0, 10);
  if (!isCalendarDay(day)) return undefined;
  const shift = daysToUtc(text);
  if (shift === 0) return day >= FIRST_DAY ? day : undefined;
  const number = dayNumber(day) + shift;
  if (number > LAST_DAY_NUMBER) return undefined;
  const moved = dayOf(number);
  return moved >= FIRST_DAY ? moved : undefined;
}

/** The rule of `eventDateOf` as a DuckDB expression over a varchar expression: text `YYYY-MM-DD`, or null. */
export function eventDateSql(text: string): string {
  // The decimals are cut before a cast, which would round 23:59:59.9999999 into the next day.
  return `case when regexp_matches(${text}, '${EVENT_TIME_PATTERN}') then
    case when left(right(${text}, 6), 1) in ('+', '-') then
      case when timezone('UTC', try_cast(left(${text}, 19) || right(${text}, 6) as timestamptz))::date
          between date '${FIRST_DAY}' and date '${LAST_DAY}'
        then cast(timezone('UTC', try_cast(left(${text}, 19) || right(${text}, 6) as timestamptz))::date as varchar) end
    when try_cast(left(${text}, 10) as date) >= date '${FIRST_DAY}' then left(${text}, 10) end
  end`;
}

// dayNumber tells the same, but this runs for every record and is ten times as fast.
function isCalendarDay(day: Day): boolean {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  const date = Number(day.slice(8, 10));
  if (month < 1 || month > 12 || date < 1) return false;
  if (month === 2) return date <= (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28);
  return date <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

/** By how many days (-1, 0 or 1) the UTC day differs from the day written. */
function daysToUtc(text: string): number {
  const sign = text.at(-6);
  if (sign !== '+' && sign !== '-') return 0;
  const offset = Number(text.slice(-5, -3)) * 60 + Number(text.slice(-2));
  const minute = Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));
  const utc = sign === '+' ? minute - offset : minute + offset;
  return Math.floor(utc / 1440);
}
