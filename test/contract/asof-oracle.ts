/** A row of a snapshot: its key, the day it arrived, and the number of its export, if it says it. */
export interface SnapshotRow {
  readonly dt: string;
  readonly key: string;
  readonly exported: number | null;
}

export type AsOf<R> = R & { readonly validFrom: string };

/** A record that was refused, and its key, if it shows it. */
export interface Refused {
  readonly dt: string;
  readonly key: string | null;
}

/**
 * What is so at the end of a day, by the rules of snapshots as they are told, for each day and key anew: from that day on
 * backwards until there is a row of the key, or a day that tells that it is gone.
 *
 * @param rows sound, one for each key and day
 */
export function snapshotAsOf<R extends SnapshotRow>(
  rows: readonly R[],
  refused: readonly Refused[],
  on: string,
): AsOf<R>[] {
  const counting = rows.filter(({ dt, exported }) => {
    const exports = rows.filter((other) => other.dt === dt).flatMap((other) => other.exported ?? []);
    return exports.length === 0 || exported === Math.max(...exports);
  });
  const days = [...new Set(counting.map(({ dt }) => dt))].filter((dt) => dt <= on).sort();
  const mayHave = (day: string, key: string) =>
    refused.some((one) => one.dt === day && (one.key === null || one.key === key));
  return [...new Set(counting.map(({ key }) => key))].flatMap((key) => {
    for (const dt of days.toReversed()) {
      const row = counting.find((each) => each.dt === dt && each.key === key);
      if (row) return [{ ...row, validFrom: dt }];
      if (!mayHave(dt, key)) return [];
    }
    return [];
  });
}
