/** A row of a snapshot: its key, the day it arrived, and the number of its export, if it says it. */
export interface SnapshotRow {
  readonly dt: string;
  readonly key: string;
  readonly exported: number | null;
}

export type AsOf<R> = R & { readonly validFrom: string };

/**
 * What is so at the end of a day, by the rules of snapshots as they are told, for each day anew.
 *
 * @param rows sound, one for each key and day
 * @param broken days on which a record was refused
 */
export function snapshotAsOf<R extends SnapshotRow>(
  rows: readonly R[],
  broken: ReadonlySet<string>,
  on: string,
): AsOf<R>[] {
  const counting = rows.filter(({ dt, exported }) => {
    const exports = rows.filter((other) => other.dt === dt).flatMap((other) => other.exported ?? []);
    return exports.length === 0 || exported === Math.max(...exports);
  });
  const days = [...new Set(counting.map(({ dt }) => dt))].filter((dt) => dt <= on).sort();
  const since = days.findLast((dt) => !broken.has(dt)) ?? days[0];
  const found = new Map<string, AsOf<R>>();
  for (const dt of days.filter((day) => since !== undefined && day >= since)) {
    for (const row of counting.filter((each) => each.dt === dt)) found.set(row.key, { ...row, validFrom: dt });
  }
  return [...found.values()];
}
