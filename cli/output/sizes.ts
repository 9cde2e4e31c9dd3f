const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes for people: powers of 1000, three digits. */
export function bytesText(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toPrecision(3)} ${UNITS[unit]}`;
}

/** A count for people, thousands apart. */
export function countText(count: number | bigint): string {
  return count.toLocaleString('en-US');
}

/** `2 days`, `1 day`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** US dollars, small amounts with as many digits as it takes. */
export function dollarsText(dollars: number): string {
  if (dollars === 0) return '$0';
  return dollars >= 0.01 ? `$${dollars.toFixed(2)}` : `$${dollars.toPrecision(2)}`;
}

/** Milliseconds as people say them. */
export function durationText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
