import type { Audit, Step } from '../model/model.ts';
import type { Contract } from './contract.ts';
import { keysRelation } from './keys-model.ts';

/*
 * Duplicates across days, by a rule that is local: a key counts on a day unless it was seen on one of the W days before,
 * whether it counted there or not. So a day is a function of its own records and of the keys of W days, however long
 * the chain of repetitions.
 */

/** `seen`: the day and key of sound records whose key occurs on the days before. */
export function seenStep({ entity, key }: Contract, withinDays: number): Step {
  return {
    name: 'seen',
    as: 'table',
    sql: `select distinct ${['dt', ...key].map((name) => `c.${name}`).join(', ')}
from checked c
join ${keysRelation(entity)} k on ${key.map((name) => `k.${name} = c.${name}`).join(' and ')}
where c.reasons is null and ${isWithin('k.dt', 'c.dt', withinDays)}`,
  };
}

/** `winners`: of the rows of `valid` those whose key was not seen before. */
export function withoutSeen({ key }: Contract): Step {
  return {
    name: 'winners',
    as: 'view',
    sql: `select v.*
from valid v
left join seen s on ${['dt', ...key].map((name) => `s.${name} = v.${name}`).join(' and ')}
where s.dt is null`,
  };
}

/** No row of the silver table repeats a key of the days before. */
export function notSeenAudit({ entity, key }: Contract, withinDays: number): Audit {
  return {
    name: 'key_not_seen_before',
    sql: `select dt, ${key.join(', ')}, seen_on
from (
  select ${['dt', ...key].map((name) => `e.${name}`).join(', ')}, k.dt as seen_on
  from ${entity} e
  join ${keysRelation(entity)} k on ${key.map((name) => `k.${name} = e.${name}`).join(' and ')}
) as pairs
where ${isWithin('seen_on', 'dt', withinDays)}`,
  };
}

function isWithin(before: string, day: string, withinDays: number): string {
  return `date_diff('day', cast(${before} as date), cast(${day} as date)) between 1 and ${withinDays}`;
}
