import type { StreamRecord } from '../../core/bronze/stream-objects.ts';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import type { Random } from '../../generator/random.ts';
import type { Fate } from './processes.ts';

/** One thing that happens in a round. Commands are processes; stream batches are written as the stream's consumer does. */
export type Action =
  | { readonly kind: 'ingest'; readonly files: readonly FileToLoad[]; readonly fate: Fate }
  | { readonly kind: 'run'; readonly release: 'before' | 'strict' | 'newest'; readonly fate: Fate }
  | { readonly kind: 'gc'; readonly fate: Fate }
  | { readonly kind: 'rollback'; readonly pick: number }
  /** A run or a load whose files may not grow beyond some kilobytes. */
  | { readonly kind: 'refused'; readonly files: readonly FileToLoad[] | undefined; readonly kilobytes: number }
  | { readonly kind: 'stream'; readonly records: readonly StreamRecord[]; readonly again: boolean };

/** Actions that are started together, each after so many milliseconds. */
export type Group = readonly { readonly after: number; readonly action: Action }[];

/** Long enough to reach every part of a command on a slow machine. */
const COMMAND_MS = 2000;

function fate(random: Random): Fate {
  const draw = random.unit();
  if (draw < 0.25) return { kind: 'lives' };
  // Twice as likely in the first half: starting takes part of it, and many commands end sooner.
  if (draw < 0.75) return { kind: 'killed', after: Math.floor(random.unit() * random.unit() * COMMAND_MS) + 20 };
  return { kind: 'frozen', after: random.between(300, 1500) };
}

/** What happens in a round: everything that arrives, several runs of several releases, and some of all else, in any order. */
export function roundOf(
  random: Random,
  files: readonly (readonly FileToLoad[])[],
  batches: readonly (readonly StreamRecord[])[],
): Group[] {
  const actions: Action[] = files.map((batch) => ({ kind: 'ingest', files: batch, fate: fate(random) }));
  for (const records of batches) {
    actions.push({ kind: 'stream', records, again: false });
    // Delivered again: whole, then bisected, then a part that overlaps both.
    const middle = Math.floor(records.length / 2);
    const quarter = Math.floor(records.length / 4);
    const parts = [records, records.slice(0, middle), records.slice(middle), records.slice(quarter, -quarter - 1)];
    for (const part of parts) {
      if (part.length > 0 && random.chance(0.6)) actions.push({ kind: 'stream', records: part, again: true });
    }
  }
  for (let runs = random.between(4, 8); runs > 0; runs--) {
    actions.push({ kind: 'run', release: random.of(['before', 'strict', 'strict', 'newest']), fate: fate(random) });
  }
  if (random.chance(0.7)) actions.push({ kind: 'gc', fate: fate(random) });
  if (random.chance(0.5)) actions.push({ kind: 'rollback', pick: random.between(0, 1 << 20) });
  if (random.chance(0.5)) {
    const load = random.chance(0.5) ? random.of(files) : undefined;
    actions.push({ kind: 'refused', files: load, kilobytes: random.of([0, 1, 2, 4]) });
  }

  const groups: { after: number; action: Action }[][] = [];
  while (actions.length > 0) {
    const group: { after: number; action: Action }[] = [];
    for (let size = random.of([1, 2, 2, 3]); size > 0 && actions.length > 0; size--) {
      const [action] = actions.splice(random.between(0, actions.length), 1);
      group.push({ after: random.between(0, action!.kind === 'gc' ? 1500 : 300), action: action! });
    }
    // What is collected while a run builds matters most.
    if (group.some(({ action }) => action.kind === 'gc'))
      group.push({ after: 0, action: { kind: 'run', release: 'newest', fate: { kind: 'lives' } } });
    groups.push(group);
  }
  return groups;
}
