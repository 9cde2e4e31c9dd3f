/** Texts that are a decimal(precision, scale) exactly: further decimals must be zeros. */
export function decimalPattern(precision: number, scale: number): RegExp {
  const decimals = scale === 0 ? '[.]0+' : `[.][0-9]{1,${scale}}0*`;
  return new RegExp(`^[+-]?[0-9]{1,${Math.max(precision - scale, 1)}}(${decimals})?$`);
}
