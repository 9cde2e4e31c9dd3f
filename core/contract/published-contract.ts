import type { Acceptance } from '../bronze/acceptance.ts';
import type { Day } from '../dates.ts';
import type { Keep } from '../model/days-kept.ts';
import type { Contract } from './contract.ts';
import type { Field } from './field.ts';
import { type History, historyKey } from './history.ts';
import type { Mapping } from './mapping.ts';
import { protectionOf } from './protection.ts';

/**
 * What of a contract producers and readers rely on, as JSON: committed as `contracts/published/<entity>.json` when the
 * contract is published, so that the next change can be compared with it.
 */
export interface PublishedContract {
  readonly entity: string;
  readonly version: number;
  /** Absent: dated by arrival. */
  readonly eventTime?: string;
  readonly key: readonly string[];
  readonly order: readonly string[];
  readonly withinDays?: number;
  readonly history?: History;
  /** With `history`. */
  readonly historyKey?: readonly string[];
  /** Absent: the as-of table is kept of every day. */
  readonly historyDays?: readonly Keep[];
  readonly historyVersion?: string;
  readonly derived?: Readonly<Record<string, Pick<Mapping, 'from' | 'map' | 'otherwise' | 'missing'>>>;
  readonly earliest: Day;
  readonly accept?: Acceptance;
  readonly fields: Readonly<Record<string, PublishedField>>;
}

export interface PublishedField {
  readonly type: string;
  readonly kind: Field['kind'];
  readonly required: boolean;
  /** Absent: silver keeps the value as it is. */
  readonly protection?: 'keyed-hash';
  readonly values?: readonly string[];
  readonly pattern?: string;
  readonly standardise?: readonly string[];
  readonly min?: number | string;
  readonly max?: number | string;
  readonly above?: number | string;
  readonly below?: number | string;
}

const LIMITS = ['values', 'pattern', 'standardise', 'min', 'max', 'above', 'below'] as const;

export function publishedContract(contract: Contract): PublishedContract {
  const { entity, version, eventTime, key, order, withinDays, history, earliest, accept, fields } = contract;
  const derived = Object.entries(contract.derived).map(([name, { from, map, otherwise, missing }]) => [
    name,
    { from, map, otherwise, ...(missing === undefined ? {} : { missing }) },
  ]);
  const published = Object.entries(fields).map(([name, field]) => [name, publishedField(field)]);
  return {
    ...{ entity, version },
    ...(eventTime === undefined ? {} : { eventTime }),
    ...{ key, order },
    ...(withinDays === undefined ? {} : { withinDays }),
    ...(history === undefined ? {} : { history, historyKey: historyKey(contract) }),
    ...(contract.historyDays === undefined ? {} : { historyDays: contract.historyDays }),
    ...(contract.historyVersion === undefined ? {} : { historyVersion: contract.historyVersion }),
    ...(derived.length === 0 ? {} : { derived: Object.fromEntries(derived) }),
    earliest,
    ...(accept === undefined ? {} : { accept }),
    fields: Object.fromEntries(published),
  };
}

function publishedField(field: Field): PublishedField {
  const given = field as { readonly [limit in (typeof LIMITS)[number]]?: unknown };
  const limits = LIMITS.filter((limit) => given[limit] !== undefined).map((limit) => [limit, given[limit]]);
  const { kind, type, required } = field;
  const protection = protectionOf(field);
  const kept = protection === 'none' ? {} : { protection };
  return { kind, type, required, ...kept, ...Object.fromEntries(limits) };
}
