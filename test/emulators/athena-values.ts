/** A column of Trino as Athena's metadata describe it. */
export function athenaColumn({ name, type }: { readonly name: string; readonly type: string }) {
  const [, plain, first, second] = /^([a-z]+(?: with time zone)?)(?:\((\d+)(?:,\s*(\d+))?\))?/.exec(type) ?? [];
  const isDecimal = plain === 'decimal';
  return {
    Name: name,
    Type: plain ?? type,
    ...(isDecimal ? { Precision: Number(first), Scale: Number(second) } : {}),
  };
}

/** A value of Trino's JSON as Athena gives it: text, or null. */
export function athenaText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
