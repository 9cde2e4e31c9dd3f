import { folderOf } from './absorbed.ts';
import type { BronzeObject } from './bronze-object.ts';

/** So many small objects in one partition are merged: fewer cost a reader less than the merge does. */
export const FEWEST = 32;
/** Each object is an entry of the log's checkpoint, which every run reads: what a minute brings should not be one for good. */
const SMALL_BYTES = 8 << 20;
/** What one merge takes: its result is read whole when it must be dated again, and opening a file costs memory. */
const MOST_BYTES = 64 << 20;
const MOST_OBJECTS = 600;

/** What to merge among objects that nobody has read yet: groups of at least `fewest` small ones of one partition. */
export function groupsToMerge(objects: readonly BronzeObject[], fewest = FEWEST): BronzeObject[][] {
  const folders = new Map<string, BronzeObject[]>();
  for (const object of objects) {
    if (object.bytes >= SMALL_BYTES) continue;
    const folder = folderOf(object.key);
    const found = folders.get(folder);
    if (found) found.push(object);
    else folders.set(folder, [object]);
  }
  return [...folders.values()].flatMap(bounded).filter((group) => group.length >= fewest);
}

/** Cut where a merge would take too much. */
function bounded(objects: readonly BronzeObject[]): BronzeObject[][] {
  const groups: BronzeObject[][] = [];
  let group: BronzeObject[] = [];
  let bytes = 0;
  for (const object of objects) {
    if (group.length === MOST_OBJECTS || bytes + object.bytes > MOST_BYTES) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(object);
    bytes += object.bytes;
  }
  return [...groups, group];
}
