import { createHash } from 'node:crypto';

/** 128 bits of SHA-256 over parts that cannot run into each other, as hex. */
export function digest(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex').slice(0, 32);
}
