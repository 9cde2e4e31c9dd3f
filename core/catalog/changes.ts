import type { CatalogChanges, CatalogPartition } from '../ports/catalog.ts';

/** What to change so that `actual` becomes `desired`. What others have written beside the version does not matter. */
export function changesBetween(
  actual: readonly CatalogPartition[],
  desired: readonly CatalogPartition[],
): CatalogChanges {
  const present = new Map(actual.map((partition) => [nameOf(partition), partition]));
  const wanted = new Set(desired.map(nameOf));
  return {
    create: desired.filter((partition) => !present.has(nameOf(partition))),
    update: desired.filter((partition) => {
      const found = present.get(nameOf(partition));
      return found !== undefined && !shows(found, partition);
    }),
    drop: actual.filter((partition) => !wanted.has(nameOf(partition))),
  };
}

export function isNothing({ create, update, drop }: CatalogChanges): boolean {
  return create.length + update.length + drop.length === 0;
}

function shows(actual: CatalogPartition, { folder, version }: CatalogPartition): boolean {
  return actual.folder === folder && Object.entries(version).every(([name, value]) => actual.version[name] === value);
}

function nameOf({ values }: CatalogPartition): string {
  return JSON.stringify(values);
}
