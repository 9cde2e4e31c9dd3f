import type { Acceptance } from '../bronze/acceptance.ts';
import { type Keep, keepsAll } from '../model/days-kept.ts';
import { compareDecimals } from './compare-decimals.ts';
import type { PublishedContract, PublishedField } from './published-contract.ts';

/**
 * What a change of a contract breaks for those who rely on the published one: a sentence each, none if nothing. Producers
 * are broken by what they may no longer send, readers by a column that goes or means another thing. Accepting more is no
 * breach, and with a higher version nothing is.
 */
export function breakingChanges(published: PublishedContract, next: PublishedContract): string[] {
  if (next.version > published.version) return [];
  if (next.version < published.version) {
    return [`version ${next.version} is older than the published version ${published.version}`];
  }
  const found: string[] = [];
  for (const term of ['eventTime', 'key', 'order'] as const) {
    if (String(published[term]) !== String(next[term])) {
      found.push(`${term} changed from ${shown(published[term])} to ${shown(next[term])}`);
    }
  }
  // A history that is new breaks nobody.
  for (const term of published.history ? (['history', 'historyKey'] as const) : []) {
    if (String(published[term]) !== String(next[term])) {
      found.push(`${term} changed from ${shown(published[term])} to ${shown(next[term])}`);
    }
  }
  const { historyVersion } = published;
  if (historyVersion !== undefined && historyVersion !== next.historyVersion) {
    found.push(`historyVersion changed from ${shown(historyVersion)} to ${shown(next.historyVersion)}`);
  }
  const keptDays: readonly Keep[] = published.historyDays ?? ['all'];
  const nextDays: readonly Keep[] = next.historyDays ?? ['all'];
  if (published.history && !keepsAll(nextDays, keptDays)) {
    found.push(`historyDays changed from ${shown(keptDays)} to ${shown(nextDays)}: days that were kept are not`);
  }
  if (published.withinDays !== next.withinDays) {
    // Either way: rows that counted are duplicates now, or rows that were promised to be unique are not.
    found.push(`withinDays changed from ${published.withinDays ?? 'none'} to ${next.withinDays ?? 'none'}`);
  }
  if (next.earliest > published.earliest) {
    found.push(`earliest moved from ${published.earliest} to ${next.earliest}: what was accepted no longer is`);
  }
  found.push(...refusedMore(published.accept ?? {}, next.accept ?? {}));
  for (const [name, before] of Object.entries(published.fields)) {
    const after = next.fields[name];
    if (after) found.push(...narrowings(before, after).map((change) => `field ${name}: ${change}`));
    else found.push(`field ${name} was removed`);
  }
  for (const [name, before] of Object.entries(published.derived ?? {})) {
    const after = next.derived?.[name];
    if (!after) found.push(`derived column ${name} was removed`);
    else if (mapsOtherwise(before, after)) found.push(`derived column ${name} maps otherwise: it holds other values`);
  }
  for (const [name, field] of Object.entries(next.fields)) {
    if (field.required && !published.fields[name])
      found.push(`field ${name} was added as a required one: make it optional`);
  }
  return found;
}

type PublishedMapping = NonNullable<PublishedContract['derived']>[string];

/** Values that were not listed may be, later; those that were keep what they gave. */
function mapsOtherwise(before: PublishedMapping, after: PublishedMapping): boolean {
  const kept = Object.entries(before.map).every(([value, result]) => after.map[value] === result);
  const same = (['from', 'otherwise', 'missing'] as const).every((term) => before[term] === after[term]);
  return !same || !kept;
}

function refusedMore(before: Acceptance, after: Acceptance): string[] {
  const found: string[] = [];
  for (const limit of ['lateDays', 'aheadDays'] as const) {
    if ((after[limit] ?? Infinity) < (before[limit] ?? Infinity)) {
      found.push(
        `accept.${limit} fell from ${before[limit] ?? 'none'} to ${after[limit]}: what was accepted no longer is`,
      );
    }
  }
  if (after.files && !before.files) found.push('accept.files: records of files were accepted whatever their time');
  return found;
}

function narrowings(before: PublishedField, after: PublishedField): string[] {
  const found: string[] = [];
  if (before.type !== after.type) found.push(`type changed from ${before.type} to ${after.type}`);
  if (!before.required && after.required) found.push('became required');
  if (before.protection !== after.protection) {
    const [was, is] = [before.protection ?? 'none', after.protection ?? 'none'];
    found.push(`protection changed from ${was} to ${is}: the column holds other values`);
  }
  if (String(before.standardise) !== String(after.standardise)) {
    const [was, is] = [shown(before.standardise), shown(after.standardise)];
    found.push(`standardise changed from ${was} to ${is}: the column holds other values`);
  }
  found.push(...formNarrowings(before, after));
  if (before.type === after.type && boundNarrowed(before, after, 'low')) found.push('the lower bound was raised');
  if (before.type === after.type && boundNarrowed(before, after, 'high')) found.push('the upper bound was lowered');
  return found;
}

function formNarrowings(before: PublishedField, after: PublishedField): string[] {
  const found: string[] = [];
  if (after.pattern !== undefined && after.pattern !== before.pattern) {
    found.push(`pattern changed from ${before.pattern ?? 'none'} to ${after.pattern}`);
  }
  if (after.values && !before.values) found.push(`only ${after.values.join(', ')} are allowed now`);
  const removed = after.values ? (before.values ?? []).filter((value) => !after.values?.includes(value)) : [];
  if (removed.length > 0) found.push(`${removed.join(', ')} no longer allowed`);
  return found;
}

function boundNarrowed(before: PublishedField, after: PublishedField, side: 'low' | 'high'): boolean {
  const [included, excluded] = side === 'low' ? (['min', 'above'] as const) : (['max', 'below'] as const);
  const sign = side === 'low' ? 1 : -1;
  // A bound of `after` narrows unless a bound of `before` already refuses everything that it refuses.
  const refuses = (bound: string, excludes: boolean) => {
    const inBefore = before[included];
    const exBefore = before[excluded];
    if (exBefore !== undefined && compareDecimals(String(exBefore), bound) * sign >= 0) return true;
    if (inBefore === undefined) return false;
    const order = compareDecimals(String(inBefore), bound) * sign;
    return excludes ? order > 0 : order >= 0;
  };
  const inAfter = after[included];
  const exAfter = after[excluded];
  return (
    (inAfter !== undefined && !refuses(String(inAfter), false)) ||
    (exAfter !== undefined && !refuses(String(exAfter), true))
  );
}

function shown(term: string | readonly string[] | undefined): string {
  return typeof term === 'object' ? `[${term.join(', ')}]` : (term ?? 'none');
}
