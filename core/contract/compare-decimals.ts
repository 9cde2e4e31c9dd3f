/** Negative, zero or positive as decimal text `a` is less than, equal to or greater than `b`; exact for any length. */
export function compareDecimals(a: string, b: string): number {
  const scale = Math.max(decimals(a), decimals(b));
  const difference = decimalUnits(a, scale) - decimalUnits(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function decimals(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

/** The number in units of its last place: `'1.5'` with scale 2 is 150n. */
function decimalUnits(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const units = BigInt(whole + fraction.padEnd(scale, '0'));
  return text.startsWith('-') ? -units : units;
}
