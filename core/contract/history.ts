import { areDaysKept, DAYS_EXPECTED } from '../model/days-kept.ts';
import type { Contract } from './contract.ts';

/**
 * How the records of a dimension tell its past. `snapshot`: those of a day are all that there is, until the next day that has
 * any, but for what was refused. `changes`: each is a new version of its key, until the next one.
 */
export type History = 'snapshot' | 'changes';

/** A field that removes its key, of a dimension told by changes. */
const DELETED = 'deleted';

/** The column of the as-of table that says since when a row is so. */
export const VALID_FROM = 'valid_from';

/** What versions of the same thing agree in. */
export function historyKey({ key, historyKey, eventTime }: Contract): readonly string[] {
  return historyKey ?? key.filter((name) => name !== eventTime);
}

/** Whether a version can say that its key is no more. */
export function canDelete({ history, fields }: Contract): boolean {
  return history === 'changes' && fields[DELETED]?.kind === 'boolean';
}

/** Why the history that is declared cannot be. */
export function historyProblem(contract: Contract): string | undefined {
  const { history, historyDays, fields, eventTime, withinDays } = contract;
  if (history === undefined) {
    const needless = (['historyKey', 'historyDays', 'historyVersion'] as const).find((term) => contract[term]);
    return needless && `${needless}: expected none without history`;
  }
  const days: readonly string[] | undefined = historyDays;
  if (days && !areDaysKept(days)) return `historyDays [${days.join(', ')}]: expected ${DAYS_EXPECTED}`;
  if (fields[VALID_FROM]) return `field '${VALID_FROM}' has the name of a column of the as-of table: expected another`;
  if (history === 'snapshot') {
    if (contract.historyKey) return "historyKey: expected none, a row of a snapshot is known by the contract's key";
    // Else every key but the first day's would be a duplicate.
    if (withinDays !== undefined) return 'withinDays: expected none, a snapshot repeats the keys of the one before';
    return versionProblem(contract);
  }
  if (contract.historyVersion) return 'historyVersion: expected none, the event time says which change is the latest';
  if (eventTime === undefined) return "history 'changes': expected an eventTime, which says which change is the latest";
  const identity = historyKey(contract);
  if (identity.length === 0) return 'historyKey: expected at least one field besides the event time';
  for (const name of identity) {
    if (!fields[name]?.required) return `historyKey '${name}': expected the name of a required field`;
  }
  const deleted = fields[DELETED];
  if (deleted && deleted.kind !== 'boolean') return `field '${DELETED}' removes a key: expected a boolean`;
  return undefined;
}

function versionProblem({ historyVersion: name, fields, key }: Contract): string | undefined {
  if (name === undefined || (fields[name]?.kind === 'timestamp' && !key.includes(name))) return undefined;
  return `historyVersion '${name}': expected the name of a timestamp field outside the key`;
}
