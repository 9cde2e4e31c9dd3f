import type * as z from 'zod';
import type { Acceptance } from '../bronze/acceptance.ts';
import { UNPARSABLE } from '../bronze/bronze-object.ts';
import { type Day, isDay } from '../dates.ts';
import { ConfigurationError } from '../errors.ts';
import type { Keep } from '../model/days-kept.ts';
import { decimalPattern } from './decimal-pattern.ts';
import type { Field } from './field.ts';
import { type History, historyProblem } from './history.ts';
import { type Derived, mappingProblem } from './mapping.ts';
import { nameProblem } from './names.ts';
import { protectionOf } from './protection.ts';
import { standardisationProblem } from './standardise.ts';

export type Fields = Readonly<Record<string, Field>>;

/** Everything that is declared of an entity. One file in `contracts/` each, named after the entity, as default export. */
export interface Contract<F extends Fields = Fields> {
  /** Name of the entity: its CloudEvents type, and the name of its tables in every layer. */
  readonly entity: string;
  /** Raised by a breaking change. */
  readonly version: number;
  /** What one event says. */
  readonly meaning: string;
  /** In the order of the columns. */
  readonly fields: F;
  /** The required timestamp field whose UTC day is the partition `dt`. Absent: its records are dated by their arrival. */
  readonly eventTime?: string;
  readonly dated?: 'arrival';
  /** Required fields: two events of a day that agree in all of them are the same event. */
  readonly key: readonly string[];
  /** Among the same events the least in these fields counts (nulls last), then the least event id. */
  readonly order: readonly string[];
  /**
   * A key that was seen on one of so many days before is a duplicate too, whether that event counted or was one itself.
   * Absent: duplicates are looked for within the day only.
   */
  readonly withinDays?: number;
  /** Of a dimension, whose rows as of each day are a table of their own: `silver.<entity>_asof`. */
  readonly history?: History;
  /** What versions of the same thing agree in. Absent: the key without the event time. */
  readonly historyKey?: readonly string[];
  /**
   * Of which days the as-of table is kept, as `days` of a gold model; absent: of all. Each of them has a row for everything
   * that there is: of orders, which are never closed, month ends and the last day are enough and every day is too much.
   */
  readonly historyDays?: readonly Keep[];
  /**
   * Of snapshots: the timestamp that says which export a row is of. Of a day those of the newest export are the snapshot, and
   * no others count, nor those that do not say it. Absent, or in no row of a day: all rows of the day are the snapshot.
   */
  readonly historyVersion?: string;
  /** Columns of silver that are made of fields. */
  readonly derived: Derived;
  /** The rows of a day, in silver and as of it, lie in the order of these: who asks for some of their values reads little else. */
  readonly cluster: readonly string[];
  /** An event time before this day is a defect of the producer's clock. */
  readonly earliest: Day;
  /** Events that arrive too late, or too far ahead, are refused: quarantined on the day of their arrival. */
  readonly accept?: Acceptance;
}

/** A contract of whatever fields. */
export type AnyContract = Contract<Fields>;

/** The event that a contract describes, as TypeScript sees it: `EventOf<typeof transactions>`. */
export type EventOf<C extends Contract> = Flat<
  { [N in Required<C['fields']>]: z.output<C['fields'][N]['json']> } & {
    [N in Exclude<keyof C['fields'], Required<C['fields']>>]?: z.output<C['fields'][N]['json']>;
  }
>;

type Required<F extends Fields> = { [N in keyof F]: F[N] extends { readonly required: false } ? never : N }[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };

/** What a contract file gives; the rest has defaults. */
export interface ContractSpec<F extends Fields> {
  readonly entity: string;
  readonly version: number;
  readonly meaning: string;
  readonly fields: F;
  /** This or `dated`. */
  readonly eventTime?: keyof F & string;
  readonly dated?: 'arrival';
  readonly key: readonly (keyof F & string)[];
  readonly order?: readonly (keyof F & string)[];
  readonly withinDays?: number;
  readonly history?: History;
  readonly historyKey?: readonly (keyof F & string)[];
  readonly historyDays?: readonly Keep[];
  readonly historyVersion?: keyof F & string;
  readonly derived?: Derived;
  readonly cluster?: readonly string[];
  readonly earliest?: Day;
  readonly accept?: Acceptance;
}

const EARLIEST = '1990-01-01';

/** Declares an entity. Throws ConfigurationError, naming file, field and what was expected, if it cannot be used. */
export function contract<const F extends Fields>(spec: ContractSpec<F>): Contract<F> {
  const declared: Contract<F> = { order: [], derived: {}, cluster: [], earliest: EARLIEST, ...spec };
  const problem = problemOf(declared);
  if (problem) throw new ConfigurationError(`contracts/${spec.entity}.ts: ${problem}`);
  return declared;
}

function problemOf(contract: Contract): string | undefined {
  const { entity, version, meaning, fields, key, order, derived, cluster, withinDays = 1 } = contract;
  const entityProblem =
    entity === UNPARSABLE ? 'is where unroutable records go: expected another name' : nameProblem(entity);
  if (entityProblem) return `entity '${entity}' ${entityProblem}`;
  if (!Number.isInteger(version) || version < 1) return `version ${version}: expected a whole number from 1`;
  if (!meaning) return 'meaning: expected a sentence that says what one event is';
  for (const [name, field] of Object.entries(fields)) {
    const problem = nameProblem(name) ?? fieldProblem(field);
    if (problem) return `field '${name}' ${problem}`;
  }
  const datingProblem = contract.dated === undefined ? timeProblem(contract) : arrivalProblem(contract);
  if (datingProblem) return datingProblem;
  if (key.length === 0) return 'key: expected at least one field';
  for (const name of key) {
    if (!fields[name]?.required) return `key '${name}': expected the name of a required field`;
  }
  for (const name of order) {
    if (!fields[name]) return `order '${name}': expected the name of a field`;
    if (protectionOf(fields[name]) !== 'none') {
      return `order '${name}': is kept as a keyed hash, whose order means nothing: expected another field`;
    }
  }
  if (!Number.isInteger(withinDays) || withinDays < 1) {
    return `withinDays ${withinDays}: expected a whole number of days from 1`;
  }
  for (const [name, column] of Object.entries(derived)) {
    const problem = mappingProblem(name, column, fields);
    if (problem) return `derived '${name}' ${problem}`;
  }
  for (const name of cluster) {
    if (!fields[name] && !derived[name]) return `cluster '${name}': expected the name of a field or a derived column`;
  }
  return historyProblem(contract);
}

function timeProblem({ eventTime, fields, earliest, accept }: Contract): string | undefined {
  if (eventTime === undefined) return "eventTime: expected the name of a required timestamp field, or dated: 'arrival'";
  const time = fields[eventTime];
  if (time?.kind !== 'timestamp' || !time.required) {
    return `eventTime '${eventTime}': expected the name of a required timestamp field`;
  }
  if (!isDay(earliest)) return `earliest '${earliest}': expected a day as YYYY-MM-DD`;
  return accept && acceptanceProblem(accept);
}

/** What is dated by its arrival can be neither early nor late, and the same record on another day says something else. */
function arrivalProblem({ eventTime, accept, withinDays, earliest }: Contract): string | undefined {
  const given = { eventTime, accept, withinDays, earliest: earliest === EARLIEST ? undefined : earliest };
  const needless = Object.entries(given).find(([, value]) => value !== undefined);
  return needless && `${needless[0]}: expected none, the records are dated by their arrival`;
}

function acceptanceProblem({ lateDays, aheadDays }: Acceptance): string | undefined {
  if (lateDays === undefined && aheadDays === undefined) return 'accept: expected lateDays, aheadDays or both';
  for (const [name, days] of Object.entries({ lateDays, aheadDays })) {
    if (days !== undefined && !(Number.isInteger(days) && days >= 0)) {
      return `accept.${name} ${days}: expected a whole number of days from 0`;
    }
  }
  return undefined;
}

function fieldProblem(field: Field): string | undefined {
  if (!field.meaning) return 'has no meaning: expected a sentence';
  if (field.protection && !field.pii) return 'is protected, but has no pii: expected direct or pseudonym';
  if (protectionOf(field) === 'keyed-hash' && field.kind !== 'text') {
    return `is personal data and a ${field.kind}, but only a text is kept as a keyed hash: expected a text, or protection: 'none' to keep it as it is`;
  }
  if (field.kind === 'text' && field.standardise) {
    const problem = standardisationProblem(field.standardise);
    if (problem) return problem;
  }
  if (field.kind === 'one-of' && new Set(field.values).size !== field.values.length) return 'lists a value twice';
  if (field.kind === 'text' && field.pattern !== undefined && !/^\^.*\$$/s.test(field.pattern)) {
    return `has the pattern ${field.pattern}: expected one from ^ to $, which matches the whole text`;
  }
  if (field.kind === 'integer') {
    const unsafe = [field.min, field.max, field.above, field.below].find(
      (n) => n !== undefined && !Number.isSafeInteger(n),
    );
    if (unsafe !== undefined) return `has the bound ${unsafe}: expected a whole number below 2^53`;
  }
  if (field.kind === 'decimal') {
    const { precision, scale } = field;
    if (!(precision >= 1 && precision <= 38 && scale >= 0 && scale < precision)) {
      return `is a decimal(${precision},${scale}): expected 1 to 38 digits and fewer of them after the point`;
    }
    const bounds = [field.min, field.max, field.above, field.below].filter((bound) => bound !== undefined);
    const odd = bounds.find((bound) => !decimalPattern(precision, scale).test(String(bound)));
    if (odd !== undefined) return `has the bound ${odd}: expected a decimal(${precision},${scale})`;
  }
  return undefined;
}
