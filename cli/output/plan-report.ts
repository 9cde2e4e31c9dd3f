import { addDays, type Day } from '../../core/dates.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import type { Estimate } from '../../core/plan/estimate.ts';
import { changedInputs } from '../../core/plan/explain.ts';
import type { Plan, Target, Waiting } from '../../core/plan/plan.ts';
import { bytesText, dollarsText, plural } from './sizes.ts';
import { textTable } from './text-table.ts';

export function planJson(state: LedgerState, found: Plan, cost: Estimate): string {
  const ready = found.ready.map((target) => {
    const { named } = changedInputs(state, target, Number.POSITIVE_INFINITY);
    return { table: target.model.name, dt: target.dt, reason: target.reason, changed: named };
  });
  const waiting = found.waiting.map(({ model, dt, on }) => ({
    table: model.name,
    dt,
    reason: 'waiting',
    on: { table: on.table, dt: on.dt },
  }));
  return `${JSON.stringify({ stale: ready, waiting, retire: found.retire, current: found.current, pinned: found.pinned, ahead: found.ahead, estimate: cost }, undefined, 1)}\n`;
}

export function planText(state: LedgerState, found: Plan, cost: Estimate): string {
  if (found.ready.length === 0 && found.waiting.length === 0 && found.retire.length === 0) {
    return found.ahead.length > 0
      ? aheadText(found)
      : `Nothing is stale: ${plural(found.current, 'partition')} as they should be.\n`;
  }
  const lines = [
    ...found.ready.map((target) => ({ table: target.model.name, dt: target.dt, why: whyStale(state, target) })),
    ...found.waiting.map((waiting) => ({ table: waiting.model.name, dt: waiting.dt, why: whyWaiting(waiting) })),
    ...found.retire.map(({ table, dt }) => ({ table, dt, why: 'no longer wanted: to be retired' })),
  ];
  const table = textTable(
    ['table', 'days', 'why'],
    ranges(lines).map(({ table, first, last, days, why }) => [
      table,
      first === last ? first : `${first}..${last} (${days})`,
      why,
    ]),
  );
  const summary = `${plural(found.ready.length, 'partition')} stale, ${plural(found.waiting.length, 'more', 'more')} that may turn out to be, ${plural(found.current, 'partition')} current.\n`;
  const pinned =
    found.pinned.length > 0
      ? `${plural(found.pinned.length, 'partition')} pinned by a rollback: left as they are.\n`
      : '';
  return `${table}\n${summary}${pinned}${found.ahead.length > 0 ? aheadText(found) : ''}${estimateText(cost)}\n`;
}

/** Code that is older than what is published must not undo it; people who meant to go back have to build it anew. */
function aheadText({ ahead }: Plan): string {
  const tables = [...new Set(ahead.map(({ table }) => table))].join(', ');
  return `${plural(ahead.length, 'partition')} left alone, published by a newer release of the code or by a run that saw more: ${tables}. If this code is to count, build it again (npm run prepare).\n`;
}

export function estimateText(cost: Estimate): string {
  const read = `${plural(cost.statements, 'statement')} reading ${bytesText(cost.bytes)} of what exists now`;
  const cloud = `on AWS about ${dollarsText(cost.athenaDollars)} by Athena or ${dollarsText(cost.lambdaDollars)} by Lambda`;
  return `${read}: nothing to pay here, ${cloud}.`;
}

function whyStale(state: LedgerState, target: Target): string {
  if (target.reason === 'missing') return 'missing: never published';
  if (target.reason === 'forced') return 'forced: not stale, but asked for';
  if (target.reason === 'code') return 'code changed: the model, its contract or the macros';
  const { named, more } = changedInputs(state, target);
  const days = named.map(({ table, dt }) => (dt === target.dt ? table : `${table} ${dt}`)).join(', ');
  if (days === '')
    return 'not what its inputs make it: they, the domain of one, or the version that a rollback put there have changed';
  return `input changed: ${days}${more > 0 ? ` and ${more} more` : ''}`;
}

function whyWaiting({ on }: Waiting): string {
  return `may follow: reads ${on.table}, part of which is stale`;
}

interface Line {
  readonly table: string;
  readonly dt: Day;
  readonly why: string;
}

/** Neighbouring days of a table with the same explanation become one line. */
function ranges(lines: readonly Line[]): { table: string; first: Day; last: Day; days: number; why: string }[] {
  const result: { table: string; first: Day; last: Day; days: number; why: string }[] = [];
  for (const { table, dt, why } of lines) {
    const before = result.at(-1);
    if (before?.table === table && before.why === why && addDays(before.last, 1) === dt) {
      before.last = dt;
      before.days += 1;
    } else result.push({ table, first: dt, last: dt, days: 1, why });
  }
  return result;
}
