import { mix32 } from './random.ts';

const HEX = Array.from({ length: 0x1_0000 }, (_, value) => value.toString(16).padStart(4, '0'));

/** 128 bits in hexadecimal, unique for a number and without order, so that ids compress as badly as real ones. */
export function eventId(number: number, seed: number): string {
  const low = mix32(number ^ mix32(seed));
  const high = mix32(Math.floor(number / 0x1_0000_0000) + mix32(low + 1));
  const third = mix32(high ^ Math.imul(low, 0x9e3779b1));
  const fourth = mix32(third ^ Math.imul(high, 0x9e3779b1));
  // Few long pieces: V8 copies what stays below 13 characters, and chains what does not.
  const begin = HEX[low >>> 16]! + HEX[low & 0xffff]! + HEX[high >>> 16]!;
  const middle = HEX[high & 0xffff]! + HEX[third >>> 16]! + HEX[third & 0xffff]!;
  return begin + middle + (HEX[fourth >>> 16]! + HEX[fourth & 0xffff]!);
}
