import { addDays, type Day } from '../../core/dates.ts';
import { groupBy } from './events.ts';

/** A value of a feature in a row of its table on a day, in millionths. */
export interface Value {
  readonly feature: string;
  readonly day: Day;
  readonly millionths: number | null;
}

/** The distributions of a day, each value looked at in turn; undefined where it is none. */
export function profiles(allValues: readonly Value[], day: Day) {
  const today = allValues.filter((value) => value.day === day);
  return [...groupBy(today, ({ feature }) => feature)].map(([feature, values]) => {
    const known = knownOf(values);
    const mean = sum(known) / known.length;
    const variance = sum(known.map((value) => (value - mean) ** 2)) / (known.length - 1);
    const cells = new Map<number, number>();
    for (const value of known) cells.set(cellOf(value), (cells.get(cellOf(value)) ?? 0) + 1);
    return {
      feature,
      rows: values.length,
      nulls: values.length - known.length,
      mean: known.length > 0 ? mean : undefined,
      deviation: known.length > 1 ? Math.sqrt(variance) : undefined,
      quantiles: [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1].map((share) => quantile(known, share)),
      histogram: [...cells].sort(([a], [b]) => a - b).map(([cell, count]) => `${cell}:${count}`),
    };
  });
}

/** How far a day is from the 28 days before it, by the edges of deciles; psi is undefined where one of them has no rows. */
export function drifts(allValues: readonly Value[], day: Day) {
  const seen = allValues.filter((value) => addDays(day, -28) <= value.day && value.day <= day);
  return [...groupBy(seen, ({ feature }) => feature)].map(([feature, values]) => {
    const [today, before] = [values.filter((value) => value.day === day), values.filter((value) => value.day < day)];
    const baseline = knownOf(before).map(threeDigits);
    const common = [...new Set(baseline)].filter((value) => 10 * countOf(baseline, value) >= baseline.length);
    const edges = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => quantile(baseline, tenth / 10)!);
    const binOf = ({ millionths }: Value) => {
      if (millionths === null) return 'null';
      const value = threeDigits(millionths);
      if (common.includes(value)) return `only ${value}`;
      const below = (others: readonly number[]) => others.filter((other) => other < value).length;
      return baseline.length > 0 ? `${below(edges)} ${below(common)}` : 'any';
    };
    const bins = [...new Set(values.map(binOf))];
    const share = (of: readonly Value[], bin: string) =>
      Math.max(of.filter((value) => binOf(value) === bin).length, 0.5) / of.length;
    const terms = bins.map((bin) => {
      const [p, q] = [share(today, bin), share(before, bin)];
      return (p - q) * Math.log(p / q);
    });
    const isComparable = today.length > 0 && before.length > 0;
    return {
      feature,
      rows: today.length,
      days: new Set(before.map((value) => value.day)).size,
      baseline: before.length,
      bins: isComparable ? bins.length : undefined,
      psi: isComparable ? sum(terms) : undefined,
      byChance: isComparable ? (bins.length - 1) * (1 / today.length + 1 / before.length) : undefined,
    };
  });
}

/** The least value that so large a share of all is not above. */
function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.find((value) => sorted.filter((other) => other <= value).length >= share * sorted.length - 1e-9);
}

function cellOf(millionths: number): number {
  if (millionths === 0) return 0;
  const digits = Math.abs(threeDigits(millionths)).toFixed(0);
  return Math.sign(millionths) * (1000 * digits.length + Number(`${digits}00`.slice(0, 3)));
}

/** The value with all digits after the third set to 0. */
function threeDigits(millionths: number): number {
  let unit = 1;
  while (Math.abs(millionths) >= 1000 * unit) unit *= 10;
  return Math.trunc(millionths / unit) * unit;
}

function knownOf(values: readonly Value[]): number[] {
  return values.flatMap(({ millionths }) => (millionths === null ? [] : [millionths]));
}

function countOf(values: readonly number[], value: number): number {
  return values.filter((each) => each === value).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
